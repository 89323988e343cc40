"""Words that say nothing about what a text is about: people write them into needs, hardly ever into offerings."""

from functools import cache

import numpy as np

from .terms import Keys, pair_keys, singular, word_keys

CHINESE = """
的 地 得 了 着 过 和 与 及 或 而 且 但 也 都 就 才 又 还 再 很 太 最 更 较 比较 非常 十分 在 于 对 从 向 把 被
让 给 跟 同 由 以 为 因 因为 所以 如果 要是 虽然 但是 不过 然后 而且 并 并且 以及 或者 还是 即 则 之 其 此 该 这
那 这个 那个 这些 那些 这样 那样 这里 那里 这边 那边 这种 那种 我 你 他 她 它 我们 你们 他们 自己 咱们 人家 大家
别人 有人 谁 什么 怎么 怎样 怎么样 怎么办 如何 哪 哪里 哪些 哪个 哪家 多少 几 几个 为什么 吗 呢 吧 啊 是 不是 有
没有 没 不 无 有没有 能 能不能 能否 可以 可 可能 要 想 想要 希望 需要 应该 会 不会 不能 必须 得到 做 弄 搞 去 来
到 上 下 里 中 内 外 前 后 一 二 两 三 四 五 六 七 八 九 十 个 一个 两个 三个 几次 一些 一下 一点 一种 一套 一样
一直 一次 一定 有些 有点 每 每个 各 各种 等 等等 左右 以上 以下 之间 已 已经 现在 目前 以前 以后 之后 之前 时候
今年 去年 刚 曾 曾经 正在 将 将要 仍 仍然 只 只有 只是 只能 全 全部 所有 其他 其它 另外 此外 例如 比如 包括 觉得
知道 不知道 晓得 不晓得 看看 说 讲 找 请 请问 谢谢 问 问问 帮 帮忙 帮助 好 不好 好像 差不多 大概 到底 究竟 总是
老是 经常 事情 东西
"""

ENGLISH = """
a an the and or but if then than that this these those of in on at by for with without from to into onto as is
are was were be been being has have had do does did can could may might must shall should will would not no nor
so such it its we our us you your they their them he she his her who whom whose which what when where why how
there here all any both each few more most other some only own same very also about
"""

#: Words of every second need. They count in a score, but a query of nothing else has not said what it is about.
VAGUE = """
转型 升级 求 转型升级 数字化 智能化 信息化 自动化 创新 合作 对接 改进 改善 改造 提升 提高 优化 发展 项目 技术 产品
企业 工厂 厂里 公司 服务 方案 问题 难题 困难 解决 需求 咨询 支持 专家 老师 师傅 机构 研发 开发 研究 设备 材料 工艺
质量 成本 效率 效益 降本 增效 降本增效 省钱 省 钱 花钱 赚钱 便宜 好用 先进 高端 新产品 新技术 人才 资金 政策 补贴
申报 市场 订单 销路 竞争力 帮帮忙 帮帮 忙 帮手 办法 方法 想法 思路 建议 指导 介绍 推荐 情况 要求 水平 能力 管理
生产 车间 老板 客户 行业 领域 产业 平台 系统 团队 资源 效果 速度 时间 价格 费用 不行 不好用 太贵 太慢 怎么做
做不好 做不到 搞不定 弄不好 升一升 急 急用 尽快 越快越好 求助 救急 看看吧 随便 都可以 试试 改一改 做大 做强
做大做强 上台阶 新质生产力 高质量 高质量发展 绿色 环保 节能 科技 科研 成果 转化 应用 推广 综合 全面 整体 一体化
专业 help need want improve upgrade transform innovation cooperation technology solution expert problem cheap
better
"""


@cache
def vague_keys() -> Keys:
    """Return the numbers of vague words, of two of them in one (提高质量), and of the stop words, sorted."""
    words = list(map(singular, VAGUE.split()))
    chinese = [word for word in words if not word.isascii()]
    compounds = [first + second for first in chinese for second in chinese]
    return np.unique(np.concatenate((word_keys([*words, *compounds]), stop_keys())))


@cache
def stop_keys() -> Keys:
    """Return the numbers of these words and of the pairs of characters within them, sorted."""
    words = [*CHINESE.split(), *map(singular, ENGLISH.split())]
    return np.unique(np.concatenate((word_keys(words), pair_keys("\n".join(CHINESE.split())))))
