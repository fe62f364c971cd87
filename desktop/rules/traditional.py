"""Traditional characters of headings, labels of codes and places, and the simplified ones they stand for.

Only for comparing: what a clerk wrote is kept as it was written. A name is never changed by it.
"""

_TRADITIONAL = (
    "與專業東嚴喪個臨為爲義烏樂習鄉書產産從眾衆優會倫體餘兒黨關養內冊寫軍農況決準別劃製辦務動勞勵區單歷歴曆參發變"
    "號後聽員團園圍國場備復複處頭獎學實審導對爾層屆屬崗師帶莊應廢廣開異棄強歸當錄録態總願戶戸掃護報擔掛據數無舊曠"
    "時晉暫術機權條來構檔檢畢漢沒溫灣遊滿點煉狀獨環現電確碼碩離種稱簽籤簡類級紀綱納線組織終結絡統繼績續維綜編網羅"
    "職聯勝脫藝節範薦榮獲營薩補見視譽計認訓議記講論設訪證証評識試話詳誡語說説請諾讀課調談謂負財責賬質貫貳費資贊踐"
    "車轉輪輔轄辭辯達過運還進遠連遲選採裡裏銀銷錫鍛鎮長門間隊際陸隸頂順預領頗題額飪館驗鮮龍幹臺係繫註縣壯畬並於兩"
    "歲齡標樣匯彙佈週協規適階陽錢啟啓價佔擬歡殘測靈觀讓貧賞贈輩鐵閱險雙難雲靜韓項頻顯風飛飯馬駐鳳麗齊嶺慶寧蘭葉蘇"
    "華萬虧衛裝"
)
_SIMPLIFIED = (
    "与专业东严丧个临为为义乌乐习乡书产产从众众优会伦体余儿党关养内册写军农况决准别划制办务动劳励区单历历历参发变"
    "号后听员团园围国场备复复处头奖学实审导对尔层届属岗师带庄应废广开异弃强归当录录态总愿户户扫护报担挂据数无旧旷"
    "时晋暂术机权条来构档检毕汉没温湾游满点炼状独环现电确码硕离种称签签简类级纪纲纳线组织终结络统继绩续维综编网罗"
    "职联胜脱艺节范荐荣获营萨补见视誉计认训议记讲论设访证证评识试话详诫语说说请诺读课调谈谓负财责账质贯贰费资赞践"
    "车转轮辅辖辞辩达过运还进远连迟选采里里银销锡锻镇长门间队际陆隶顶顺预领颇题额饪馆验鲜龙干台系系注县壮畲并于两"
    "岁龄标样汇汇布周协规适阶阳钱启启价占拟欢残测灵观让贫赏赠辈铁阅险双难云静韩项频显风飞饭马驻凤丽齐岭庆宁兰叶苏"
    "华万亏卫装"
)
_TABLE = str.maketrans(_TRADITIONAL, _SIMPLIFIED)


def written_forms(character: str) -> frozenset[str]:
    """A simplified character with the traditional ones that stand for it."""
    pairs = zip(_TRADITIONAL, _SIMPLIFIED, strict=True)
    return frozenset((character, *(old for old, new in pairs if new == character)))


def simplified(text: str) -> str:
    """Give a text with simplified characters in the place of traditional ones, one for one: 性別 → 性别."""
    return text.translate(_TABLE)
