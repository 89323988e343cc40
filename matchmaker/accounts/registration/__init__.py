"""How an organisation comes to the platform: it registers, the bureau looks, and says yes or why not."""
