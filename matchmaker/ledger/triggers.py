"""What the database itself enforces: transfers move the balances, nothing else does, and no row is rewritten.

The same rules stand here twice, in the dialects of SQLite and PostgreSQL, and the same tests run on both.
"""

from typing import Any

from sqlalchemy import Connection, text

from matchmaker.db import append_only

# What NEW adds to the sums of one side of one account. A settled or voided reservation frees all that it held.
_POSTED = "CASE WHEN NEW.phase IN ('post', 'settle') THEN NEW.amount_fen ELSE 0 END"
_HELD = """CASE WHEN NEW.phase = 'reserve' THEN NEW.amount_fen WHEN NEW.phase IN ('settle', 'void')
THEN -(SELECT held.amount_fen FROM ledger_transfer held WHERE held.id = NEW.resolves_id) ELSE 0 END"""
_DEBIT = f"""
UPDATE ledger_account SET debits_posted = debits_posted + {_POSTED}, debits_pending = debits_pending + {_HELD},
last_transfer_id = NEW.id WHERE id = NEW.debit_account_id;
"""  # noqa: S608 - made of the constants above
_CREDIT = f"""
UPDATE ledger_account SET credits_posted = credits_posted + {_POSTED}, credits_pending = credits_pending + {_HELD},
last_transfer_id = NEW.id WHERE id = NEW.credit_account_id;
"""  # noqa: S608 - as above

# A reservation is settled or voided between the same accounts, for no more than was held; a reversal goes back.
_MISMATCH = """
(NEW.resolves_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledger_transfer held WHERE held.id = NEW.resolves_id
AND held.phase = 'reserve' AND held.debit_account_id = NEW.debit_account_id
AND held.credit_account_id = NEW.credit_account_id AND NEW.amount_fen <= held.amount_fen
AND (NEW.phase = 'settle' OR NEW.amount_fen = held.amount_fen)))
OR (NEW.reverses_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledger_transfer was WHERE was.id = NEW.reverses_id
AND was.phase IN ('post', 'settle') AND was.debit_account_id = NEW.credit_account_id
AND was.credit_account_id = NEW.debit_account_id AND was.amount_fen = NEW.amount_fen))
"""

# The sums of an account may change by exactly what one new transfer of that account adds to them. New is one with a
# higher number; on PostgreSQL, where numbers are drawn before an account is locked, also any that is being inserted.
_NOT_NEW = "NEW.last_transfer_id <= OLD.last_transfer_id"
_NOT_BEING_INSERTED = (
    "(NEW.last_transfer_id = OLD.last_transfer_id OR NEW.last_transfer_id < OLD.last_transfer_id "
    "AND pg_trigger_depth() < 2)"
)
_UNEXPLAINED = """
NEW.id <> OLD.id OR NEW.code <> OLD.code OR NEW.guard <> OLD.guard OR NEW.opened_at <> OLD.opened_at
OR {not_new} OR NOT EXISTS (
SELECT 1 FROM ledger_transfer moved LEFT JOIN ledger_transfer held ON held.id = moved.resolves_id
WHERE moved.id = NEW.last_transfer_id AND NEW.id IN (moved.debit_account_id, moved.credit_account_id)
AND NEW.debits_posted - OLD.debits_posted = CASE WHEN moved.debit_account_id = NEW.id
AND moved.phase IN ('post', 'settle') THEN moved.amount_fen ELSE 0 END
AND NEW.credits_posted - OLD.credits_posted = CASE WHEN moved.credit_account_id = NEW.id
AND moved.phase IN ('post', 'settle') THEN moved.amount_fen ELSE 0 END
AND NEW.debits_pending - OLD.debits_pending = CASE WHEN moved.debit_account_id <> NEW.id OR moved.phase = 'post' THEN 0
WHEN moved.phase = 'reserve' THEN moved.amount_fen ELSE -held.amount_fen END
AND NEW.credits_pending - OLD.credits_pending = CASE WHEN moved.credit_account_id <> NEW.id OR moved.phase = 'post'
THEN 0 WHEN moved.phase = 'reserve' THEN moved.amount_fen ELSE -held.amount_fen END)
"""

_SQLITE = {
    "ledger_account": (
        f"""CREATE TRIGGER ledger_account_sums BEFORE UPDATE ON ledger_account
        WHEN {_UNEXPLAINED.format(not_new=_NOT_NEW)}
        BEGIN SELECT RAISE(ABORT, 'ledger_account changes with a transfer only'); END""",
        """CREATE TRIGGER ledger_account_stays BEFORE DELETE ON ledger_account
        BEGIN SELECT RAISE(ABORT, 'ledger_account is never removed'); END""",
        """CREATE TRIGGER ledger_account_empty BEFORE INSERT ON ledger_account WHEN NEW.debits_posted <> 0
        OR NEW.debits_pending <> 0 OR NEW.credits_posted <> 0 OR NEW.credits_pending <> 0 OR NEW.last_transfer_id <> 0
        BEGIN SELECT RAISE(ABORT, 'ledger_account begins empty'); END""",
    ),
    "ledger_transfer": (
        f"""CREATE TRIGGER ledger_transfer_fits BEFORE INSERT ON ledger_transfer WHEN {_MISMATCH}
        BEGIN SELECT RAISE(ABORT, 'ledger_transfer does not fit what it settles, voids or reverses'); END""",
        f"CREATE TRIGGER ledger_transfer_moves AFTER INSERT ON ledger_transfer BEGIN {_DEBIT} {_CREDIT} END",
    ),
    "ledger_link": (),
}

_POSTGRESQL = {
    "ledger_account": (
        f"""CREATE FUNCTION ledger_account_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP IN ('DELETE', 'TRUNCATE') THEN RAISE EXCEPTION 'ledger_account is never removed'; END IF;
        IF TG_OP = 'INSERT' THEN
            IF NEW.debits_posted <> 0 OR NEW.debits_pending <> 0 OR NEW.credits_posted <> 0 OR NEW.credits_pending <> 0
            OR NEW.last_transfer_id <> 0 THEN RAISE EXCEPTION 'ledger_account begins empty'; END IF;
        ELSIF {_UNEXPLAINED.format(not_new=_NOT_BEING_INSERTED)}
        THEN RAISE EXCEPTION 'ledger_account changes with a transfer only'; END IF;
        RETURN NEW; END $$""",
        """CREATE TRIGGER ledger_account_sums BEFORE INSERT OR UPDATE OR DELETE ON ledger_account
        FOR EACH ROW EXECUTE FUNCTION ledger_account_guard()""",
        """CREATE TRIGGER ledger_account_stays BEFORE TRUNCATE ON ledger_account
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_account_guard()""",
    ),
    "ledger_transfer": (
        f"""CREATE FUNCTION ledger_transfer_check() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF {_MISMATCH} THEN RAISE EXCEPTION 'ledger_transfer does not fit what it settles, voids or reverses'; END IF;
        RETURN NEW; END $$""",
        f"""CREATE FUNCTION ledger_transfer_apply() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        -- Whoever did not lock the two before locks them in the order in which everybody does.
        IF NEW.debit_account_id < NEW.credit_account_id THEN {_DEBIT} {_CREDIT} ELSE {_CREDIT} {_DEBIT} END IF;
        RETURN NULL; END $$""",
        """CREATE TRIGGER ledger_transfer_fits BEFORE INSERT ON ledger_transfer
        FOR EACH ROW EXECUTE FUNCTION ledger_transfer_check()""",
        """CREATE TRIGGER ledger_transfer_moves AFTER INSERT ON ledger_transfer
        FOR EACH ROW EXECUTE FUNCTION ledger_transfer_apply()""",
    ),
    "ledger_link": (),
}

_FUNCTIONS = ("ledger_account_guard", "ledger_transfer_check", "ledger_transfer_apply")


def protect(target: Any, connection: Connection, **_options: Any) -> None:
    """Put the triggers on a table that was just made; listens to ``after_create`` and serves migrations."""
    table = target if isinstance(target, str) else target.name
    ours = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    for statement in ours[table]:
        connection.exec_driver_sql(statement)
    if table != "ledger_account":
        append_only.protect(table, connection)


def renew(connection: Connection) -> None:
    """Give PostgreSQL's functions what stands here now; serves migrations. SQLite's triggers have not changed."""
    if connection.dialect.name == "postgresql":
        for statements in _POSTGRESQL.values():
            for statement in statements:
                if statement.startswith("CREATE FUNCTION"):
                    connection.exec_driver_sql(statement.replace("CREATE", "CREATE OR REPLACE", 1))


def forget(connection: Connection) -> None:
    """Remove the functions once the tables are gone."""
    if connection.dialect.name == "postgresql":
        for name in _FUNCTIONS:
            connection.execute(text(f"DROP FUNCTION IF EXISTS {name}()"))
