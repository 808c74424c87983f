"""Ordinary words of calendars: what is one of them is no misspelt, shortened or abbreviated name.

Made for this purpose, of the words that titles and rooms are full of. A person's own name counts even where
it is one of them.
"""

from importlib.resources import files
from typing import Final

#: Ordinary words that would be read as somebody's name when they are transliterated.
FOREIGN_WORDS: Final = frozenset(
    """
    会议 时间 项目 周会 例会 预算 计划 评审 讨论 培训 面试 部门 团队 产品 技术 客户 财务 市场 销售 人事
    年度 季度 月度 汇报 总结 启动 沟通 需求 设计 开发 测试 上线 发布 运营 管理 公司 办公 办公室 会议室
    电话 视频 午餐 晚餐 聚餐 生日 放假 假期 出差 合同 签约 采购 供应 质量 安全 生产 工作 进度 更新 同步
    复盘 战略 规划 分享 学习 考试 体检 活动 健康 方案 新年 春节 中秋 国庆 上午 下午 明天 今天 本周 下周
    年会 股东 董事 招聘 入职 离职 绩效 考核 研发 平台 系统 数据 架构 代码 ミーティング プロジェクト
    レビュー チーム プラン デモ テスト メモ ルーム カレンダー ランチ セミナー イベント システム サービス
    リリース キックオフ マーケティング トレーニング パートナー デザイン 회의 주간 예산 검토 계획 팀 미팅
    프로젝트 보고 교육 면접 점심 분기 행사 발표 고객 اجتماع الفريق فريق مراجعة الميزانية ميزانية مشروع
    المشروع تدريب مقابلة غداء عرض خطة التخطيط الإدارة العملاء لقاء يوم أسبوعي الأسبوعي قاعة غرفة شركة
    قسم פגישת פגישה צוות תקציב פרויקט סקירה סקירת תכנון ראיון הדרכה צהריים ישיבה ישיבת לקוח לקוחות חדר
    שבועית שבועי יום הנהלה बैठक टीम समीक्षा बजट परियोजना योजना प्रशिक्षण साक्षात्कार साप्ताहिक दोपहर
    भोजन ग्राहक कक्ष встреча встречи команда команды бюджет бюджета план планы проект проекта обсуждение
    совещание отчет марка марки комната комнаты зал обед день неделя ομάδα ομάδας συνάντηση σύσκεψη έργο
    έργου σχέδιο αίθουσα
    """.split()
)

#: Two and three capitals that mean something else than a person.
ACRONYMS: Final = frozenset(
    """
    chf cny eur gbp inr jpy pln sek try usd
    ad ag ai am api ar asap av aws ba bi br bu bv cap cd ceo cfo ch ci cio cmo co coo cpo cr crm cs
    csr cto cv cx da db dc de dev dm dr ds ec edv eg en eod erp es esg eta etc eu ev fb ff fr fw fy fyi
    ga gdpr gm go gp gpu hq hr hs id ie in io ip ipo is iso it kg ki kpi kw la lan ld lg llm lp ltd
    mb md me ml mp ms mvp na nb nda no nr ny ok okr om on oo ooo op or ot pa pc pdf pe ph pi pin
    pl pm pmo po poc pos pp pr pro ps pt pto pv qa qbr qc qm qs rc rd re rfi rfp rh roi rpa rsvp rz sa
    sap sc sdk se seo sg si sla sm sme so sop sql sre ssl sso st sw ta tba tbc tbd te tg ti tk to tp tv
    uat ub ui uk un us usa usb ux vat vc vip vm vp vpn vr vs wc wg wip wp za zh
    """.split()
)

#: Of these, what hardly any calendar is without.
COMMON_ACRONYMS: Final = frozenset(
    "ai api ceo cfo cto eu hr id it ok okr pm pr qa sap tv uk us ux vip vpn".split()
)

#: What is counted and abbreviated: 45 min.
UNITS: Final = frozenset("min sec sek std hrs mio mil".split())


def _listed() -> frozenset[str]:
    lines = files(__package__).joinpath("ordinary.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


_LISTED: Final = _listed()
_SHORT = 2
_ENDINGS: Final = ("s", "es", "n", "en", "e", "er", "ed", "d", "ing", "ly", "al")

#: Folded, with their plurals.
WORDS: Final = _LISTED.union(word + "s" for word in _LISTED if len(word) > _SHORT)
#: With whatever else a longer word may end in: not one of these is a misspelt name.
ORDINARY: Final = WORDS.union(word + ending for word in _LISTED if len(word) > _SHORT for ending in _ENDINGS)
