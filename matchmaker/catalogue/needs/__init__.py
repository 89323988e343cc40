"""Technical needs of enterprises."""
