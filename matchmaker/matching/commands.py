"""``matchmaker match``: index a corpus, rank it for queries, measure the ranking."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from . import trec

_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group()
def match() -> None:
    """Index a corpus, rank it for queries, measure the ranking."""


@match.command()
@click.argument("corpus", type=_FILE)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def index(corpus: Path, folder: Path) -> None:
    """Index CORPUS (JSON lines with id, title, text, keywords) into FOLDER."""
    from .index import Index  # noqa: PLC0415  (loads numpy; --help should not wait for it)

    started = time.perf_counter()
    with _plain_errors():
        documents = list(trec.read_documents(corpus))
        with click.progressbar(
            length=len(documents), label="Reading the documents", file=sys.stderr, hidden=not _is_watched()
        ) as bar:
            built = Index.build(documents, watch=lambda all_of_them: _told(all_of_them, bar.update))
        built.save(folder)
    click.echo(f"Indexed {len(built):,} documents into {folder} in {time.perf_counter() - started:.1f} s.")


@match.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def verify(folder: Path) -> None:
    """Check every byte of the index in FOLDER."""
    from .index import Index  # noqa: PLC0415  (loads numpy; --help should not wait for it)

    with _plain_errors():
        Index.verify(folder)
    click.echo("The index is whole.")


@match.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.argument("queries", type=_FILE)
@click.option("--k", type=click.IntRange(min=1), default=100, show_default=True, help="How many documents to rank.")
@click.option("--out", type=click.Path(dir_okay=False, allow_dash=True), default="-", help="Where the run goes.")
@click.option("--tag", default="matchmaker", show_default=True, help="The last word of each line.")
@click.option("--first-stage", is_flag=True, help="Leave the second stage out.")
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="How many processes rank.")
@click.option("--resume", is_flag=True, help="Go on where an interrupted run to the same file ended.")
def run(
    *, folder: Path, queries: Path, k: int, out: str, tag: str, first_stage: bool, workers: int, resume: bool
) -> None:
    """Rank the documents of FOLDER for QUERIES (JSON lines with id, title, text, exclude)."""
    from . import bulk  # noqa: PLC0415  (loads numpy; --help should not wait for it)
    from .index import Index  # noqa: PLC0415  (the same)

    if resume and out == "-":
        raise click.UsageError("--resume needs --out with the name of a file.")
    with _plain_errors():
        opened = Index.open(folder)
        if first_stage:
            opened = opened.ranked_by(None)
        topics = list(trec.read_topics(queries))
        left, done = bulk.left_of(topics, Path(out)) if resume else (topics, "")
        with (
            click.open_file(out, "w", encoding="utf-8") as file,
            click.progressbar(length=len(left), label="Ranking", file=sys.stderr, hidden=not _is_watched()) as bar,
        ):
            file.write(done)
            for lines in bulk.rank(opened, left, k=k, tag=tag, workers=workers):
                file.writelines(lines)
                bar.update(1)
    click.echo(f"Ranked {len(opened):,} documents for {len(left):,} queries.", err=True)


@match.command()
@click.argument("ranking", metavar="RUN", type=_FILE)
@click.argument("judgements", metavar="QRELS", type=_FILE)
def evaluate(ranking: Path, judgements: Path) -> None:
    """Measure RUN (TREC lines) by QRELS (topic, document and grade between tabs)."""
    from . import evaluation  # noqa: PLC0415  (loads numpy; --help should not wait for it)

    with _plain_errors():
        quality = evaluation.evaluate(trec.read_run(ranking), trec.read_judgements(judgements))
    click.echo(f"queries      {quality.topics:>7,}")
    click.echo(f"nDCG@10      {quality.ndcg_at_10:>7.4f}")
    click.echo(f"recall@100   {quality.recall_at_100:>7.4f}")
    click.echo(f"MRR@10       {quality.mrr_at_10:>7.4f}")


@match.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--use", type=_FILE, help="Labels from use (JSON lines: need, offering, position, event, reason).")
@click.option("--corpus", type=_FILE, help="The offerings that the labels speak of.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Where the weights go, else beside the code."
)
def train(data: Path, use: Path | None, corpus: Path | None, out: Path | None) -> None:
    """Learn the second stage from DATA, a folder of labelled corpora, and from labels of use.

    Weights that do worse on needs which they never saw are not written.
    """
    from . import retraining  # noqa: PLC0415  (loads numpy; --help should not wait for it)

    if (use is None) is not (corpus is None):
        raise click.UsageError("--use and --corpus belong together.")
    with _plain_errors():
        written = retraining.train(data, use=use, corpus=corpus, out=out, tell=click.echo)
    if not written:
        raise click.ClickException("The new weights do no better on what they never saw; nothing was written.")


@match.command()
@click.argument("outcomes", type=_FILE)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--out", type=click.File("w", encoding="utf-8", lazy=True), default="-", help="Where the labels go.")
def labels(outcomes: Path, folder: Path, out: IO[str]) -> None:
    """Turn OUTCOMES into labels for “train --use”, by FOLDER's index.

    OUTCOMES holds JSON lines: need, offering, state, reason, and position where it is known.
    """
    from . import use  # noqa: PLC0415  (loads numpy; --help should not wait for it)
    from .index import Index  # noqa: PLC0415  (the same)

    written = 0
    with _plain_errors():
        for label in use.labels(use.read_outcomes(outcomes), Index.open(folder)):
            out.write(use.line(label))
            written += 1
    click.echo(f"Wrote {written:,} labels.", err=True)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Tell what is wrong with the input in one line, without a traceback."""
    from .errors import EmptyIndex, IndexDamaged  # noqa: PLC0415  (loads numpy; --help should not wait for it)

    try:
        yield
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}.") from error
    except (ValueError, EmptyIndex, IndexDamaged) as error:
        raise click.ClickException(str(error)) from error


def _is_watched() -> bool:
    return sys.stderr.isatty()


def _told(items: Iterable[Any], tell: Callable[[int], None]) -> Iterator[Any]:
    for item in items:
        yield item
        tell(1)
