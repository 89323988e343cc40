"""An invented register of enterprises and providers, with all that honest firms have in common by chance.

Everything follows from the seed. Industrial parks, agents' telephones and common names are drawn from lists that are
short on purpose: many who share them have nothing to do with each other.
"""

import random
from dataclasses import dataclass, field, replace

from matchmaker.vouchers.flags.rules import Party

SURNAMES = "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华文玉建国志海波斌辉鹏飞鑫浩宇轩涵博雪琳晨阳佳怡欣"
BRANDS = "锦程恒泰华东越州金桥天龙宏达永盛瑞丰中纺百川德润嘉禾长城新华东方振兴佳美海天银河旭日蓝天光明利民正大"
TRADES = [
    "印染",
    "纺织",
    "针织",
    "化工",
    "机械",
    "轴承",
    "电子",
    "五金",
    "食品",
    "环保科技",
    "新材料",
    "生物科技",
    "服饰",
]
BODIES = ["检测技术服务有限公司", "产业技术研究院", "产业创新服务综合体", "设计有限公司", "技术转移中心", "实验室"]
STREETS = [
    "中兴",
    "胜利",
    "解放",
    "人民",
    "迪荡",
    "群贤",
    "笛扬",
    "育才",
    "凤林",
    "越西",
    "云东",
    "洋江",
    "世纪",
    "平江",
    "鉴湖",
    "柯华",
    "金柯",
    "裕民",
    "展望",
    "双渎",
]
DISTRICTS = ["越城区", "柯桥区", "上虞区", "诸暨市", "嵊州市", "新昌县"]


@dataclass
class World:
    """Who there is; the chance that made them goes on to make what they do."""

    chance: random.Random
    enterprises: list[Party] = field(default_factory=list)
    providers: list[Party] = field(default_factory=list)
    _parks: list[str] = field(default_factory=list)
    _agents: list[str] = field(default_factory=list)

    @classmethod
    def made(cls, seed: int, *, enterprises: int, providers: int) -> "World":
        """Return a world of that size."""
        world = cls(random.Random(seed))
        world._parks = [world._street() for _ in range(max(6, enterprises // 70))]
        world._agents = [world._phone() for _ in range(max(4, enterprises // 60))]
        world.providers = [world._party(number, is_provider=True) for number in range(1, providers + 1)]
        world.enterprises = [world._party(1_000 + number, is_provider=False) for number in range(enterprises)]
        return world

    @property
    def parties(self) -> dict[int, Party]:
        """Everybody by number."""
        return {party.id: party for party in (*self.providers, *self.enterprises)}

    def replace(self, party: Party) -> None:
        """Put a party in the place of what it was."""
        for group in (self.providers, self.enterprises):
            for place, known in enumerate(group):
                if known.id == party.id:
                    group[place] = party

    def change(self, party: Party, **changes: object) -> Party:
        """Change what is known of a party."""
        changed = replace(party, **changes)  # type: ignore[arg-type]  # the names come from this file
        self.replace(changed)
        return changed

    def person(self) -> str:
        """Return a name as people bear it: few surnames for most."""
        surname = SURNAMES[min(int(self.chance.expovariate(1 / 9)), len(SURNAMES) - 1)]
        given = self.chance.choices(GIVEN, k=1 if self.chance.random() < 0.35 else 2)
        return surname + "".join(given)

    def account(self) -> str:
        """Return a bank account's number."""
        return "6222" + "".join(self.chance.choices("0123456789", k=15))

    def _phone(self) -> str:
        return self.chance.choice(["138", "139", "159", "186"]) + "".join(self.chance.choices("0123456789", k=8))

    def _street(self) -> str:
        street, district = self.chance.choice(STREETS), self.chance.choice(DISTRICTS)
        return f"绍兴市{district}{street}路{self.chance.randrange(1, 2000)}号"

    def _address(self) -> str:
        if self.chance.random() < 0.4:
            park = self.chance.choice(self._parks)
            if self.chance.random() < 0.5:
                return park
            return f"{park}{self.chance.randrange(1, 12)}幢{self.chance.randrange(101, 620)}室"
        return self._street()

    def brand(self) -> str:
        """Return the two characters that a firm is called by; some are everybody's."""
        if self.chance.random() < 0.5:
            return BRANDS[(at := 2 * self.chance.randrange(len(BRANDS) // 2)) : at + 2]
        return "".join(self.chance.choices(GIVEN + BRANDS, k=2))

    def _party(self, number: int, *, is_provider: bool) -> Party:
        chance = self.chance
        tail = chance.choice(BODIES) if is_provider else f"{chance.choice(TRADES)}有限公司"
        distinctive = self.brand() + tail.removesuffix("有限公司")
        return Party(
            id=number,
            name=f"绍兴{distinctive}有限公司" if tail.endswith("公司") else f"绍兴{distinctive}",
            distinctive=distinctive,
            legal_persons=(self.person(),),
            shareholders=tuple(self.person() for _ in range(chance.randrange(4))),
            phones=(chance.choice(self._agents) if chance.random() < 0.25 else self._phone(),),
            addresses=(self._address(),),
            accounts=(self.account(),),
        )
