"""Finds in a sentence what one could measure, by when it is wanted and what it may cost; Chinese and English.

All patterns read folded text (half width, simplified, small letters).
"""

import re

_NUMERAL = r"(?:\d+(?:\.\d+)?|[零一二两三四五六七八九十百千万亿半]+|十几|几十|几百)"

#: Figures that measure nothing: dates, versions, generations, names of materials and models.
_NO_MEASURE = re.compile(
    rf"""
      (?:19|20)\d\d\s*年(?:\s*\d{{1,2}}\s*月)?(?:\s*\d{{1,2}}\s*[日号])? | \d{{4}}-\d{{1,2}}(?:-\d{{1,2}})?
    | {_NUMERAL}\s*月(?:份|底|初|中旬)? (?:\s*\d{{1,2}}\s*[日号])?
    | {_NUMERAL}\s*(?:个月|周|年|年度)\s*(?:之|以)?[内前]
    | 工业\s*\d\.\d | [345]\s*[gd](?![a-z]) | v\d+(?:\.\d+)+ | \d\.0 | 第?[一二三\d]+\s*[代期流]
    | 第[一二三] | 双十[一二]
    """,
    re.VERBOSE,
)
#: A named standard, mark or grade is a measure that others keep.
_STANDARD = re.compile(
    r"(?<![a-z])(?:gb|iso|iec|en|astm|din|jis|ul|fz|yy|sae|vda|aatcc|qb|hg|jb|nb|cns|iatf|ts|as)\s*[/-]?\s*[tz]?\s*\d"
    r"|(?<![a-z])(?:gmp|gsp|haccp|rohs|reach|fda|ce|ccc|3c|v-?[0-2]|ip\s*\d\d|hr[abc]\s*\d|grs|brc|oeko)(?![a-z])|证书"
)
#: A share or factor told in words.
_SHARE = re.compile(
    r"一半|减半|折半|对半|过半|翻倍|加倍|翻[一两二三\d]*番|[为归到]零|零(?:缺陷|事故|投诉|排放|漏检|误判|退货|差错)|百分百|百分之|千分之|万分之"
    r"|[一二两三四五六七八九十\d]分之|[一二两三四五六七八九十几]倍|全部合格|[过超上]?[百千万]亿?元|[过超上][千万亿]"
    r"|\b(?:half|halve|halved|double|doubled|twice|triple|third|quarter|zero|no more than one)\b"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|fifty|hundred|thousand|dozen)\b"
)
#: "One" of something orders it and measures nothing: one machine, one scheme.
_COUNTED = re.compile(
    r"(?:十几|几十|几百|[二两三四五六七八九十百千万半][零一二三四五六七八九十百千万半]*|一(?=[年天夜周月米丝度成级吨斤克秒毫百千万折]|小时|分钟|个月|个点|个百分点|百|千))"
    r"\s*多?\s*(?:个|成|折|年|天|夜|周|月|日|小时|钟头|分钟|分|秒|次|遍|道|度|元|块|毛|角|吨|公斤|斤|克|毫克|微克|米|毫米|厘米|微米|公里|丝|人|名|件|台|级|班|只|根|张|片|双"
    r"|条|套|种|批|支|颗|粒|瓶|单|平|立方|兆|位|倍|万|亿|百|千|瓦|帕|升|毫升|以上|以下|以内)"
)
_DIGIT = re.compile(r"\d")
#: Letters glued to digits name a model or a material, unless they are a measure's own (ra0.2, d50).
_MODEL = re.compile(
    r"(?<![a-z\d])(?!(?:ra|rz|cpk|ppk|de|ph|d|f|dl|r|b|a|hv|hb)\s?\d)[a-z]{1,4}-?\d{2,5}(?![\d.%])[a-z]?"
)


def measures(target: str) -> bool:
    """Whether the folded ``target`` names anything that could be measured or checked."""
    if _STANDARD.search(target) or _SHARE.search(target):
        return True
    rest = _MODEL.sub(" ", _NO_MEASURE.sub(" ", target))
    return bool(_DIGIT.search(rest) or _COUNTED.search(rest))


_PAST = r"(?:去年|前年|上个?月|大前年|自|从|每年|往年|年年|每到|到了|一到)\s*"
_MONTH = (
    r"(?:\d{1,2}|十[一二]?|[一二三四五六七八九])\s*月(?:份|底|初|中旬|上旬|下旬)?"
    r"(?:\s*[\d一二三四五六七八九十]{1,3}\s*[日号])?"
)
_EVENT = (
    r"春节|过年|元旦|清明|五一|端午|中秋|国庆|双十一|双11|旺季|淡季|榨季|雨季|汛期|冬酿|春茶|开学|开馆|开业|开园"
    r"|量产|投产|验收|展会?|年检|年底|年终|月底|季末|季度末|下半年|上半年"
)
_DUE = (
    r"要|必须|交|报|送|装柜|发货|发样|供货|投产|上线|开工|开馆|验收|整改|爬坡|完成|定下|小批|拿出|解决|考核|提供"
    r"|答复|回签|提交|演示|参展|开业"
)
_DONE = r"完成|交|出报告|解决|上线|整改|见效|拿出|拿到|落地|投产|达产|验收|签|回签|定下"
_SPAN = r"(?:个月|天|周|个?星期)"
_SEASON = (
    r"end|beginning|middle|start|spring|summer|autumn|winter|christmas|next|mid|early|late|\d|january|february|march"
    r"|april|may|june|july|august|september|october|november|december"
)
_DEADLINE = re.compile(
    rf"""
      (?<![一二两三四五六七八九十几多\d])(?:{_EVENT}|年|{_MONTH})\s*(?:大?[单展]\S{{0,4}})?(?:之|以|来)?前(?!年|几|两|后|段)
    | (?:年内|今年内|今年之内|本月内|年内就)
    | (?:今年|明年|后年|本月|下个?月|这个月|年底|月底)[^，。；！？]{{0,8}}(?:{_DUE}|上(?!个|半|次|面|升)|搞(?:好|定|完))
    | {_MONTH}[^，。；！？起]{{0,6}}(?:{_DUE}|{_EVENT})
    | 卡在\s*(?:今年|明年|后年|年底|{_MONTH})
    | 赶[在上](?!进口|国外|同行|人家)
    | 给(?:了|我们|我|的)*\s*(?:时间)?[^，。；]{{0,3}}{_NUMERAL}\s*(?:{_SPAN}|年)
    | (?:还有|只有|只剩|不到|限|限期|期限|工期|交期)\s*{_NUMERAL}\s*{_SPAN}
    | {_NUMERAL}\s*(?:{_SPAN}|年)\s*(?:之|以)?内[^，。；！？]{{0,8}}(?:{_DONE})
    | \b(?:by|before|until|no\ later\ than)\s+(?:the\ )?(?:{_SEASON})
    | \bwithin\s+(?:\d+|a|one|two|three|four|six|nine|twelve)\s+(?:days?|weeks?|months?|years?)\b[^.]{{0,20}}$
    | \bdeadline\b
    """,
    re.VERBOSE,
)
_PAST_DATE = re.compile(
    rf"{_PAST}{_MONTH}|{_MONTH}(?:以来|开始|起)|[一二两三四五六七八九十几\d]+\s*(?:个月|年|天|周)前"
)


def names_deadline(text: str) -> bool:
    """Whether the folded ``text`` says by when it is wanted; since when it has been going on does not count."""
    return bool(_DEADLINE.search(_PAST_DATE.sub(" ", text)))


_AMOUNT = r"[\d.,一二两三四五六七八九十百千几]+\s*(?:多|来)?\s*(?:万|千|百)?\s*(?:元|块|万|千)?"
_WILLING = r"预算|经费|资金|费用|愿意?[出付花]|出得起|拿得出|能出|可以出|可出|最多[出花付]?|准备[出花]|打算[出花]"
_AGREED = r"拍板|封顶|出得起|拿得出|可以接受|能接受|可以谈"
_BUDGET = re.compile(
    rf"""
      (?:{_WILLING})[^，。；！？还没未不]{{0,6}}{_AMOUNT}(?:万|元|块|千)
    | {_AMOUNT}万(?:元|块|块钱)?\s*(?:以内|之内|以下|封顶|左右)?[^。；！？，]{{0,4}}(?:{_AGREED})
    | 控制在\s*{_AMOUNT}万
    | \b(?:budget|pay|afford|spend|up\ to)\b[^.]{{0,24}}\d[\d,.]*\s*(?:k|thousand|yuan|rmb|cny|euro?s?|dollars?|usd)
    """,
    re.VERBOSE,
)


def names_budget(text: str) -> bool:
    """Whether the folded ``text`` says what a solution may cost; losses and prices of machines do not count."""
    return bool(_BUDGET.search(text))
