"""Redemptions as honest firms file them, with everything about them that looks like fraud and is none."""

import hashlib
import itertools
import math
import random
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from benchmarks.flags.world import World
from matchmaker.vouchers.flags.rules import Claim, Corpus, Paper, PaperKind, Party, Payment, Rule

#: Category → the middle price of one, in fen, and how far prices spread.
CATEGORIES = {
    "testing": (120_000, 0.55),
    "standards": (900_000, 0.45),
    "design": (3_000_000, 0.6),
    "development": (12_000_000, 0.6),
    "consulting": (2_000_000, 0.5),
    "instruments": (60_000, 0.5),
    "training": (500_000, 0.4),
    "patents": (800_000, 0.5),
}
#: Costs from which a scheme pays less: full below 10,000 yuan; the cap of 50,000 yuan at 50 %.
THRESHOLDS = (1_000_000, 10_000_000)
SUBJECTS = {
    "testing": [
        "面料色牢度检测",
        "废水重金属检测",
        "轴承疲劳寿命试验",
        "甲醛含量检测",
        "金属材料成分分析",
        "食品微生物检测",
    ],
    "standards": ["企业标准制定", "标准查新与比对", "产品认证辅导"],
    "design": ["花型设计", "外观设计", "产线布局设计", "包装设计"],
    "development": ["低耗水染色工艺开发", "高速轴承润滑结构研发", "废气处理装置研制", "智能验布算法开发"],
    "consulting": ["节能诊断", "工艺改进咨询", "知识产权布局咨询"],
    "instruments": ["扫描电镜机时", "质谱仪机时", "三坐标测量机时"],
    "training": ["染整技师培训", "质量管理培训"],
    "patents": ["专利检索分析", "专利导航报告"],
}
_WORDS = [
    "样品",
    "涤纶",
    "棉",
    "锦纶",
    "钢",
    "铝",
    "铜",
    "试样",
    "表面",
    "强度",
    "色差",
    "粗糙度",
    "硬度",
    "含量",
    "偏差",
    "平均",
    "最大",
    "最小",
    "波长",
    "温度",
    "压力",
    "浓度",
    "速度",
    "周期",
]
_VERBS = "测得 观察 对比 计算 记录 处理 浸泡 加热 冷却 拉伸 扫描 清洗 抽取 标定 复核".split()  # noqa: SIM905 - as above
_FIRST = date(2025, 1, 6)
_DAYS = 690


@dataclass
class Book:
    """What was filed, who paid whom besides, and what is true of it."""

    world: World
    claims: list[Claim] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    #: Claims that are fraud, by the rule that should find them.
    planted: dict[Rule, set[int]] = field(default_factory=lambda: {rule: set() for rule in Rule})
    #: Claims that only look like it, by what they are.
    innocent: dict[str, set[int]] = field(default_factory=dict)
    #: In which way a planted claim is fraud.
    ways: dict[int, str] = field(default_factory=dict)
    _ids: Any = field(default_factory=lambda: itertools.count(1))
    _contracts: Any = field(default_factory=lambda: itertools.count(1))
    _invoices: dict[int, int] = field(default_factory=dict)
    _forms: dict[int, str] = field(default_factory=dict)

    @property
    def chance(self) -> random.Random:
        """The one source of chance."""
        return self.world.chance

    def corpus(self) -> Corpus:
        """Return it as the rules are given it."""
        paid = [
            Payment(claim.enterprise_id, claim.provider_id, claim.service_fen, claim.signed_on, claim.id)
            for claim in self.claims
        ]
        return Corpus(tuple(self.claims), self.world.parties, (*paid, *self.payments))

    def seems(self, what: str, *claims: Claim) -> None:
        """Note that honest claims look like fraud."""
        self.innocent.setdefault(what, set()).update(claim.id for claim in claims)

    def day(self, *, room: int = 0) -> date:
        """Return a day of the two years, ``room`` days before their end at the latest."""
        return _FIRST + timedelta(days=self.chance.randrange(_DAYS - room))

    def price(self, category: str) -> int:
        """Return what one of the category costs, in fen to the ten yuan."""
        middle, spread = CATEGORIES[category]
        return max(1, round(middle * math.exp(self.chance.gauss(0, spread)) / 1_000)) * 1_000

    def file(self, enterprise: Party, provider: Party, **given: Any) -> Claim:
        """File a claim; what is not given is drawn."""
        number = next(self._ids)
        category = given.pop("category_code", None) or self.chance.choice(list(CATEGORIES))
        signed = given.pop("signed_on", None) or self.day()
        quantity = given.pop("quantity", None) or (self.chance.randrange(2, 40) if self.chance.random() < 0.3 else 1)
        service = given.pop("service_fen", None) or round(self.price(category) * quantity**0.9)
        reported = given.pop("reported_on", None) or signed + timedelta(days=self.chance.randrange(3, 90))
        values: dict[str, Any] = {
            "id": number,
            "number": f"R{number:06d}",
            "filed_at": datetime(signed.year, signed.month, signed.day, 8, tzinfo=UTC)
            + timedelta(days=self.chance.randrange(20, 150), minutes=number % 600),
            "scheme": f"city-{signed.year}",
            "scheme_year": signed.year,
            "enterprise_id": enterprise.id,
            "provider_id": provider.id,
            "contract_id": next(self._contracts),
            "title": self.chance.choice(SUBJECTS[category]),
            "signed_on": signed,
            "category_code": category,
            "contract_fen": service,
            "service_fen": service,
            "quantity": quantity,
            "thresholds_fen": THRESHOLDS,
        } | given
        values.setdefault("papers", self.papers(provider, values["contract_id"], service, reported))
        claim = Claim(**values)
        self.claims.append(claim)
        return claim

    def papers(self, provider: Party, contract: int, service_fen: int, reported: date) -> tuple[Paper, ...]:
        """Return contract, invoice, slip and report."""
        invoice = self.invoice(provider)
        return (
            Paper(PaperKind.CONTRACT, sha("contract", contract)),
            Paper(PaperKind.INVOICE, sha("invoice", invoice), "", reported, invoice, service_fen),
            Paper(PaperKind.BANK_SLIP, sha("slip", invoice)),
            self.report(provider, self.own_words(), reported),
        )

    def invoice(self, provider: Party) -> str:
        """Return the provider's next invoice number: twenty digits, in a row but for what others bought between."""
        last = self._invoices.get(provider.id, provider.id * 10**6 + self.chance.randrange(10**5))
        self._invoices[provider.id] = last + self.chance.choice((1, 1, 2, 3, 7, 20))
        return f"26332000{self._invoices[provider.id]:012d}"

    def report(self, provider: Party, own: str, on: date) -> Paper:
        """Return a report of the provider's form that says ``own``."""
        form = self._forms.setdefault(provider.id, self.words(90))
        text = f"{provider.name}检测报告。{form[:300]}{own}{form[300:]}签发日期{on.isoformat()}"
        return Paper(PaperKind.RESULT, sha("report", text), text, on)

    def own_words(self) -> str:
        """Return what a report says of its own."""
        return self.words(self.chance.randrange(30, 70))

    def words(self, count: int) -> str:
        """Return ``count`` words with figures among them."""
        chance = self.chance
        return "".join(
            f"{chance.choice(_WORDS)}{chance.choice(_VERBS)}{chance.randrange(1, 9999) / 10}，" for _ in range(count)
        )


def sha(*parts: object) -> str:
    """Return the hash of an invented file."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def fill(book: Book, *, claims: int) -> None:
    """File honest claims, about one in eight of which looks like fraud of some kind."""
    chance, world = book.chance, book.world
    popular = [1 / (rank + 3) for rank in range(len(world.providers))]
    dear = {provider.id for provider in world.providers[::12]}
    while len(book.claims) < claims * 7 // 8:
        provider = chance.choices(world.providers, popular)[0]
        enterprise = chance.choice(world.enterprises)
        category = chance.choice(list(CATEGORIES))
        if provider.id in dear and category in ("testing", "instruments"):
            claim = book.file(enterprise, provider, category_code=category, service_fen=4 * book.price(category))
            book.seems("a dear laboratory", claim)
        else:
            book.file(enterprise, provider, category_code=category)
    for number in itertools.count():
        if len(book.claims) >= claims:
            break
        _LOOK_ALIKES[number % len(_LOOK_ALIKES)](
            book, chance.choice(world.enterprises), chance.choices(world.providers, popular)[0]
        )


def _series(book: Book, enterprise: Party, provider: Party) -> None:
    """A test every month, each just below where the scheme pays less."""
    first, price = book.day(room=240), book.chance.randrange(520_000, 960_000)
    what = book.chance.choice(SUBJECTS["testing"])
    for month in range(book.chance.randrange(3, 8)):
        signed = first + timedelta(days=30 * month + book.chance.randrange(-3, 4))
        title = f"{signed.year}年{signed.month}月{what}"
        claim = book.file(
            enterprise, provider, category_code="testing", signed_on=signed, service_fen=price, title=title, quantity=8
        )
        book.seems("a monthly series", claim)


def _same_week(book: Book, enterprise: Party, provider: Party) -> None:
    """Two different services in one week."""
    first = book.day(room=10)
    category = book.chance.choice(["testing", "standards", "patents"])
    for title in book.chance.sample(SUBJECTS[category], 2):
        claim = book.file(
            enterprise,
            provider,
            category_code=category,
            signed_on=first + timedelta(days=book.chance.randrange(7)),
            service_fen=book.chance.randrange(550_000, 980_000),
            title=title,
            quantity=9 if category == "testing" else 1,
        )
        book.seems("two services in a week", claim)


def _explained(book: Book, enterprise: Party, provider: Party) -> None:
    """A price many times the usual, as the price list says."""
    category = book.chance.choice(list(CATEGORIES))
    price = round(CATEGORIES[category][0] * book.chance.uniform(4, 9))
    claim = book.file(
        enterprise, provider, category_code=category, service_fen=price, quantity=1, listed_fen=round(price * 1.05)
    )
    book.seems("a price that is listed", claim)


def _many(book: Book, enterprise: Party, provider: Party) -> None:
    """A large sum for very many."""
    category = book.chance.choice(["testing", "instruments"])
    quantity = book.chance.randrange(60, 200)
    claim = book.file(
        enterprise, provider, category_code=category, quantity=quantity, service_fen=quantity * book.price(category)
    )
    book.seems("a large quantity", claim)


def _long_contract(book: Book, enterprise: Party, provider: Party) -> None:
    """One contract in two years, each part under its year's scheme."""
    signed = date(2025, book.chance.randrange(5, 12), 9)
    whole = 2 * book.price("development")
    first = book.file(
        enterprise, provider, category_code="development", signed_on=signed, service_fen=whole // 3, contract_fen=whole
    )
    second = book.file(
        enterprise,
        provider,
        category_code="development",
        signed_on=signed,
        service_fen=whole // 2,
        contract_fen=whole,
        contract_id=first.contract_id,
        title=first.title,
        scheme="city-2026",
        scheme_year=2026,
    )
    book.seems("one contract over two years", second)


def _renewed(book: Book, enterprise: Party, provider: Party) -> None:
    """The same contract, signed anew a year later."""
    signed = date(2025, book.chance.randrange(1, 10), 14)
    first = book.file(enterprise, provider, category_code="testing", signed_on=signed, quantity=10)
    again = book.file(
        enterprise,
        provider,
        category_code="testing",
        signed_on=signed + timedelta(days=364),
        service_fen=first.service_fen,
        title=first.title,
        quantity=10,
    )
    book.seems("a contract renewed", again)


def _retest(book: Book, enterprise: Party, provider: Party) -> None:
    """The same product tested again: the report describes the same sample and gives new figures."""
    sample = book.words(20)
    for part in range(2):
        signed = book.day(room=0)
        own = f"{sample}{book.words(book.chance.randrange(25, 45))}"
        claim = book.file(enterprise, provider, category_code="testing", signed_on=signed)
        report = book.report(provider, own, signed + timedelta(days=20))
        book.claims[-1] = _with_report(claim, report)
        if part:
            book.seems("a product tested again", claim)


def _block(book: Book, enterprise: Party, provider: Party) -> None:
    """A price list's test for five firms on one day: invoices in a row over one amount."""
    price, signed = 48_000, book.day(room=20)
    buyers = [enterprise, *book.chance.sample(book.world.enterprises, 4)]
    for buyer in buyers:
        claim = book.file(
            buyer, provider, category_code="testing", signed_on=signed, service_fen=price, quantity=1,
            reported_on=signed + timedelta(days=9),
        )  # fmt: skip
        book.seems("a block of invoices", claim)


def _old_year(book: Book, enterprise: Party, provider: Party) -> None:
    """In January the report still bears last year's number."""
    signed = date(2026, 1, book.chance.randrange(5, 28))
    meant = signed + timedelta(days=book.chance.randrange(2, 30))
    if book.chance.random() < 0.3:
        claim = book.file(enterprise, provider, signed_on=signed, reported_on=meant.replace(year=2025))
        book.seems("last year's number on a report", claim)


def _both_ways(book: Book, enterprise: Party, provider: Party) -> None:
    """The provider buys from the enterprise too, something else, at another time."""
    claim = book.file(enterprise, provider)
    amount = round(claim.service_fen * book.chance.choice((0.2, 0.3, 0.5, 2.2, 4)))
    later = claim.signed_on + timedelta(days=book.chance.randrange(5, 300))
    book.payments.append(Payment(provider.id, enterprise.id, amount, later))
    book.seems("business both ways", claim)


def _with_report(claim: Claim, report: Paper) -> Claim:
    return replace(claim, papers=(*claim.papers[:3], report))


_LOOK_ALIKES = (
    _series, _same_week, _explained, _many, _long_contract, _renewed, _retest, _block, _old_year, _both_ways,
)  # fmt: skip
