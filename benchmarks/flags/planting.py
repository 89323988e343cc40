"""Seven kinds of fraud, each planted in easy and in hard variants. The rules are not told which claims these are."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from benchmarks.flags.honest import SUBJECTS, Book, sha
from matchmaker.vouchers.flags.rules import Claim, Paper, PaperKind, Party, Payment, Rule

#: In which way it was done, and on which claims.
Planted = tuple[str, list[Claim]]


def plant(book: Book, *, each: int) -> None:
    """Plant about ``each`` claims of every kind."""
    kinds: dict[Rule, Callable[[Book, Party, Party], Planted]] = {
        Rule.RELATED: _related,
        Rule.SPLIT: _split,
        Rule.DUPLICATE: _duplicate,
        Rule.EARLY: _early,
        Rule.PRICE: _price,
        Rule.TWO_SCHEMES: _two_schemes,
        Rule.CIRCLE: _circle,
    }
    for rule, make in kinds.items():
        while len(book.planted[rule]) < each:
            enterprise, provider = book.chance.choice(book.world.enterprises), book.chance.choice(book.world.providers)
            way, claims = make(book, enterprise, provider)
            book.planted[rule].update(claim.id for claim in claims)
            book.ways.update((claim.id, f"{rule.value}: {way}") for claim in claims)


def _related(book: Book, enterprise: Party, provider: Party) -> Planted:
    """The provider is the enterprise's own, under another name, with one or two traces left."""
    chance, world = book.chance, book.world
    front = _front(book, provider)
    trace = chance.choice(
        ["account", "legal", "share", "phone", "room", "owner", "name", "two weak", "common and room"]
    )
    if trace == "account":
        account = enterprise.accounts[0]
        front = world.change(front, accounts=(f"{account[:4]} {account[4:]}",))
    elif trace == "legal":
        front = world.change(front, legal_persons=enterprise.legal_persons)
    elif trace == "share":
        front = world.change(front, shareholders=(*front.shareholders, enterprise.legal_persons[0]))
    elif trace == "phone":
        own = "137" + "".join(chance.choices("0123456789", k=8))
        enterprise = world.change(enterprise, phones=(own,))
        front = world.change(front, phones=(f"+86 {own[:3]}-{own[3:7]}-{own[7:]}",))
    elif trace == "room":
        enterprise = world.change(enterprise, addresses=(f"绍兴市越城区偏门路{enterprise.id}号2幢301室",))
        front = world.change(front, addresses=(f"越城区偏门路{enterprise.id}号2号楼301",))
    elif trace == "owner":
        front = world.change(front, shareholders=(enterprise.name,))
    elif trace == "name":
        brand = enterprise.distinctive[:2]
        front = world.change(front, name=f"绍兴{brand}检测服务有限公司", distinctive=f"{brand}检测服务")
    elif trace == "two weak":
        front = world.change(front, legal_persons=enterprise.legal_persons, phones=enterprise.phones)
    else:
        front = world.change(
            front, shareholders=(*enterprise.shareholders[:1], "阮小六"), addresses=enterprise.addresses
        )
    return trace, [book.file(enterprise, front) for _ in range(chance.randrange(1, 5))]


def _front(book: Book, like: Party) -> Party:
    """Return a provider that serves few others."""
    number = 100_000 + len(book.world.providers)
    fresh = replace(
        like,
        id=number,
        name=f"绍兴{book.world.brand()}技术服务部{number % 1000}",
        distinctive=f"{book.world.brand()}技术服务部",
        legal_persons=(book.world.person(),),
        shareholders=(book.world.person(),),
        phones=("136" + f"{number:08d}",),
        addresses=(f"绍兴市上虞区舜耕大道{number}号",),
        accounts=(book.world.account(),),
    )
    book.world.providers.append(fresh)
    for _ in range(book.chance.randrange(3)):
        book.file(book.chance.choice(book.world.enterprises), fresh)
    return fresh


def _split(book: Book, enterprise: Party, provider: Party) -> Planted:
    """One contract in two to five parts, each below a threshold."""
    chance = book.chance
    is_small = chance.random() < 0.6
    category = chance.choice(["testing", "design", "consulting"] if is_small else ["development", "design"])
    threshold = 1_000_000 if is_small else 10_000_000
    parts = chance.randrange(2, 6)
    first, subject = book.day(room=50), chance.choice(SUBJECTS[category])
    apart = chance.choice((0, 1, 3, 7, 12, 25))
    claims = []
    for part in range(parts):
        words = chance.choice([f"第{'一二三四五'[part]}部分", f"({part + 1})", "ABCDE"[part] + "段", ""])
        claims.append(
            book.file(
                enterprise,
                provider,
                category_code=category,
                signed_on=first + timedelta(days=min(apart * part, 40)),
                service_fen=round(threshold * chance.uniform(0.5, 0.99) / 1000) * 1000,
                title=subject + words,
                quantity=10 if category == "testing" else 1,
            )
        )
    return f"{'small' if is_small else 'large'}, {apart} days apart", claims


def _duplicate(book: Book, enterprise: Party, provider: Party) -> Planted:
    """A paper that another claim has used: the file itself, its report with other names, its invoice typed anew."""
    chance = book.chance
    earlier = chance.choice(book.claims)
    provider = book.world.parties[earlier.provider_id]
    how = chance.choice(["same", "report", "report", "invoice"])
    if how == "invoice":
        fixed = 350_000 + 1_000 * chance.randrange(100)
        earlier = book.file(
            chance.choice(book.world.enterprises), provider, category_code="testing", service_fen=fixed, quantity=3
        )
    later = book.file(
        enterprise,
        provider,
        category_code=earlier.category_code,
        signed_on=min(earlier.signed_on + timedelta(days=chance.randrange(1, 60)), date(2026, 11, 20)),
        service_fen=earlier.service_fen,
        quantity=earlier.quantity,
    )
    later = replace(later, filed_at=earlier.filed_at + timedelta(days=chance.randrange(1, 90)))
    papers = list(later.papers)
    known = {paper.kind: paper for paper in earlier.papers}
    if how == "same":
        kind = chance.choice([PaperKind.RESULT, PaperKind.BANK_SLIP])
        papers = [known[kind] if paper.kind is kind else paper for paper in papers]
    elif how == "report":
        share = chance.choice((0.02, 0.05, 0.1, 0.2, 0.3))
        papers[3] = _rewritten(book, known[PaperKind.RESULT], share=share)
        how = f"report, {share:.0%} changed"
    else:
        papers[1] = _retyped(book, known[PaperKind.INVOICE])
    book.claims[-1] = later = replace(later, papers=tuple(papers))
    return how, [later]


def _rewritten(book: Book, paper: Paper, *, share: float) -> Paper:
    """Change a share of a report's sentences."""
    sentences = paper.text.split("，")
    for place in range(len(sentences)):
        if book.chance.random() < share:
            sentences[place] = book.words(1).removesuffix("，")
    text = "，".join(sentences)
    return Paper(PaperKind.RESULT, sha("report", text), text, paper.issued_on)


def _retyped(book: Book, paper: Paper) -> Paper:
    """Turn two digits round or take one for another."""
    digits = list(paper.number)
    place = book.chance.randrange(len(digits) - 9, len(digits) - 1)
    if book.chance.random() < 0.5 and digits[place] != digits[place + 1]:
        digits[place], digits[place + 1] = digits[place + 1], digits[place]
    else:
        digits[place] = {"1": "7", "7": "1", "0": "8", "8": "0", "6": "0", "3": "5", "5": "3", "9": "8"}.get(
            digits[place], "1"
        )
    return replace(paper, number="".join(digits), sha256=sha("scan", paper.number))


def _early(book: Book, enterprise: Party, provider: Party) -> Planted:
    """Work that was done before anybody thought of a voucher."""
    signed = book.day()
    days = book.chance.choice((1, 2, 5, 20, 60, 200, 400))
    claim = book.file(enterprise, provider, signed_on=signed, reported_on=signed - timedelta(days=days))
    return f"{days} days", [claim]


def _price(book: Book, enterprise: Party, provider: Party) -> Planted:
    """Several times the price."""
    category = book.chance.choice(["testing", "standards", "consulting", "instruments", "training", "patents"])
    times = book.chance.uniform(3.5, 12)
    claim = book.file(
        enterprise,
        provider,
        category_code=category,
        quantity=1,
        service_fen=round(times * book.price(category)),
        listed_fen=None if book.chance.random() < 0.7 else book.price(category),
    )
    return f"{times:.0f} times", [claim]


def _two_schemes(book: Book, enterprise: Party, provider: Party) -> Planted:
    """One contract, claimed from the city and from the district, or written down twice."""
    chance = book.chance
    first = book.file(enterprise, provider, category_code=chance.choice(["design", "development", "consulting"]))
    how = chance.choice(["contract", "paper", "likeness", "part"])
    shared: dict[str, object] = {
        "category_code": first.category_code,
        "signed_on": first.signed_on,
        "service_fen": first.service_fen,
        "contract_fen": first.contract_fen,
        "quantity": first.quantity,
        "title": first.title,
        "scheme": f"district-{first.scheme_year}",
        "scheme_year": first.scheme_year,
    }
    if how == "contract":
        shared["contract_id"] = first.contract_id
    elif how == "part":
        shared |= {"contract_id": first.contract_id, "scheme": "district-2027", "scheme_year": 2027}
        shared["service_fen"] = first.service_fen if chance.random() < 0.6 else first.service_fen // 2
    elif how == "likeness":
        shared["signed_on"] = first.signed_on + timedelta(days=chance.randrange(0, 15))
        if chance.random() < 0.3:
            shared["title"] = first.title + "项目"
    second = book.file(enterprise, provider, **shared)
    if how == "paper":
        second = replace(second, papers=(first.papers[0], *second.papers[1:]), title="技术服务")
    second = replace(second, filed_at=first.filed_at + timedelta(days=chance.randrange(1, 100)))
    book.claims[-1] = second
    return how, [second]


def _circle(book: Book, enterprise: Party, provider: Party) -> Planted:
    """The price comes back to the enterprise, through one or two others, less something."""
    chance = book.chance
    claim = book.file(enterprise, provider, category_code=chance.choice(["design", "development", "consulting"]))
    between = [chance.choice(book.world.providers) for _ in range(chance.randrange(0, 3))]
    between = [party for party in dict.fromkeys(between) if party.id not in (provider.id, enterprise.id)]
    day, amount = claim.signed_on, claim.service_fen
    path = [provider, *between, enterprise]
    for payer, payee in pairwise(path):
        day += timedelta(days=chance.randrange(2, 70))
        amount = round(amount * chance.uniform(0.75, 0.99))
        book.payments.append(Payment(payer.id, payee.id, amount, day))
    return f"{len(path)} parties", [claim]
