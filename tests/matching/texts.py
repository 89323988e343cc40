"""Small texts for the tests of matching, and how Hypothesis makes more."""

from hypothesis import strategies as st

from matchmaker.matching import Document

OFFERINGS = [
    Document(
        "o-metal",
        "ICP-MS 7800 重金属检测",
        "提供食品与水质中重金属元素的检测服务，出具检测报告。",
        ("重金属", "检测"),
        {"district": ("yuyao", "cixi"), "kind": ("service",)},
    ),
    Document(
        "o-colour",
        "纺织品耐洗色牢度测试",
        "按 GB/T 3920 测定纺织品的耐摩擦色牢度。",
        ("色牢度", "纺织品"),
        {"district": ("yuyao",), "kind": ("service",)},
    ),
    Document(
        "o-laser",
        "模具激光淬火",
        "对汽车模具的刃口做激光淬火，硬度达到 HRC60。",
        ("激光", "模具"),
        {"district": ("beilun",), "kind": ("result",)},
    ),
    Document(
        "o-column",
        "超高效液相色谱仪",
        "分离效率高，适合农药残留与添加剂分析。",
        (),
        {"district": ("cixi",), "kind": ("instrument",)},
    ),
    Document("o-english", "Vibration analysis", "Modal analysis of gear boxes and bearings.", ("gears",)),
]

WORDS = [
    "检测",
    "重金属",
    "模具",
    "激光",
    "淬火",
    "纺织品",
    "色牢度",
    "水质",
    "ICP-MS",
    "bearing",
    "分析",
    "涂层",
    "盐雾",
]

sentences = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)

# Everything that a form may send, also halves of surrogate pairs, controls and emoji.
anything = st.text(
    alphabet=st.one_of(
        st.sampled_from("检测重金属檢測ＩＣＰ㎏㎡½ﬁİßａｂ①、。ー　\x00\x1f\u200b\ufeff\ud83d😀👨‍👩‍👧"),
        st.characters(),
    ),
    max_size=60,
)


@st.composite
def corpora(draw: st.DrawFn, *, min_size: int = 0, max_size: int = 12) -> list[Document]:
    """Draw documents with ids of their own, some of them alike."""
    names = draw(st.lists(st.text("abc检", min_size=1, max_size=3), unique=True, min_size=min_size, max_size=max_size))
    return [
        Document(
            name,
            draw(sentences),
            draw(sentences),
            tuple(draw(st.lists(st.sampled_from(WORDS), max_size=2))),
            {"district": tuple(draw(st.sets(st.sampled_from("xyz"), max_size=2)))},
        )
        for name in names
    ]
