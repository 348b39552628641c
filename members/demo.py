"""Beiyuan Heat & Power: an invented company of sixty people, for trying the product out.

Plain data, the same every time. On purpose it holds what real lists hold: two people of one name,
a rare character, a name with a middle dot, a compound surname, contractors outside the groups.
"""

from __future__ import annotations

from typing import NamedTuple

NAME_ZH, NAME_EN = "北原热电 学堂", "Beiyuan Classroom"
HELP_ZH = "邵敏（组织工作），分机 6012"
HELP_EN = "Shao Min (organisation), ext. 6012"
MAIL_DOMAIN = "beiyuan.example"
PLATFORM_ADMINS = frozenset({"1002"})


class DemoUnit(NamedTuple):
    """A unit by its code; parents stand before their children."""

    code: str
    parent: str
    zh: str
    en: str


class DemoPerson(NamedTuple):
    """One person. ``unit`` is the department; an empty ``post`` means none worth naming."""

    staff_no: str
    zh: str
    en: str
    unit: str
    post: str = ""
    post_en: str = ""


DEPARTMENTS = (
    DemoUnit("company", "", "北原热电有限公司", "Beiyuan Heat & Power"),
    DemoUnit("office", "company", "综合办公室", "General office"),
    DemoUnit("safety", "company", "安全监察部", "Safety supervision"),
    DemoUnit("engineering", "company", "生产技术部", "Production engineering"),
    DemoUnit("operations", "company", "发电运行部", "Generation"),
    DemoUnit("crew-1", "operations", "运行一值", "Crew 1"),
    DemoUnit("crew-2", "operations", "运行二值", "Crew 2"),
    DemoUnit("crew-3", "operations", "运行三值", "Crew 3"),
    DemoUnit("crew-4", "operations", "运行四值", "Crew 4"),
    DemoUnit("maintenance", "company", "设备检修部", "Maintenance"),
    DemoUnit("boiler", "maintenance", "锅炉班", "Boiler team"),
    DemoUnit("turbine", "maintenance", "汽机班", "Turbine team"),
    DemoUnit("electrical", "maintenance", "电气班", "Electrical team"),
    DemoUnit("instruments", "maintenance", "热控班", "Instruments team"),
    DemoUnit("fuel", "company", "燃料输煤部", "Fuel handling"),
    DemoUnit("heating", "company", "供热分公司", "District heating"),
    DemoUnit("network", "heating", "管网运行班", "Network team"),
    DemoUnit("service", "heating", "客服收费班", "Customer service team"),
    DemoUnit("contractors", "company", "外委检修队", "Contract maintenance"),
)

GROUPS = (
    DemoUnit("committee", "", "党委", "Committee"),
    DemoUnit("branch-office", "committee", "机关党支部", "Office branch"),
    DemoUnit("branch-operations", "committee", "运行党支部", "Operations branch"),
    DemoUnit("branch-operations-1", "branch-operations", "第一党小组", "Operations group 1"),
    DemoUnit("branch-operations-2", "branch-operations", "第二党小组", "Operations group 2"),
    DemoUnit("branch-operations-3", "branch-operations", "第三党小组", "Operations group 3"),
    DemoUnit("branch-operations-4", "branch-operations", "第四党小组", "Operations group 4"),
    DemoUnit("branch-maintenance", "committee", "检修党支部", "Maintenance branch"),
    DemoUnit("branch-maintenance-1", "branch-maintenance", "检修第一党小组", "Maintenance group 1"),
    DemoUnit("branch-maintenance-2", "branch-maintenance", "检修第二党小组", "Maintenance group 2"),
    DemoUnit("branch-heating", "committee", "供热党支部", "Heating branch"),
    DemoUnit("special-operators", "", "特种作业人员", "Special-operation holders"),
    DemoUnit("newcomers", "", "新员工", "Newcomers"),
    DemoUnit("lecturers", "", "讲师团", "Lecturers"),
    DemoUnit("team-leaders", "", "班组长", "Team leaders"),
)

_OPERATOR = ("值班员", "Operator")
_SUPERVISOR = ("值长", "Shift supervisor")
_FITTER = ("检修工", "Fitter")
_LEADER = ("班长", "Team leader")

PEOPLE = (
    DemoPerson("1001", "韩立群", "Han Liqun", "office", "党务主管", "Head of office"),
    DemoPerson("1002", "邵敏", "Shao Min", "office", "组织工作", "Organisation"),
    DemoPerson("1003", "贾文静", "Jia Wenjing", "office", "内容编辑", "Content editor"),
    DemoPerson("1004", "段晓波", "Duan Xiaobo", "office", "文秘", "Clerk"),
    DemoPerson("1005", "郭建业", "Guo Jianye", "safety", "部门主任", "Head of department"),
    DemoPerson("1006", "梁振东", "Liang Zhendong", "safety", "安全工程师", "Safety engineer"),
    DemoPerson("1007", "薛芳", "Xue Fang", "safety", "培训专责", "Training officer"),
    DemoPerson("1008", "孟凡宇", "Meng Fanyu", "engineering", "部门主任", "Head of department"),
    DemoPerson("1009", "温婷", "Wen Ting", "engineering", "热力工程师", "Thermal engineer"),
    DemoPerson(
        "1010", "申志远", "Shen Zhiyuan", "engineering", "电气工程师", "Electrical engineer"
    ),
    DemoPerson("1011", "武海峰", "Wu Haifeng", "crew-1", *_SUPERVISOR),
    DemoPerson("1012", "曹永刚", "Cao Yonggang", "crew-1", *_OPERATOR),
    DemoPerson("1013", "田蕊", "Tian Rui", "crew-1", *_OPERATOR),
    DemoPerson("1014", "李䶮", "Li Yan", "crew-1", *_OPERATOR),
    DemoPerson("1015", "王磊", "Wang Lei", "crew-1", *_OPERATOR),
    DemoPerson("1016", "任小龙", "Ren Xiaolong", "crew-1", *_OPERATOR),
    DemoPerson("1017", "高志强", "Gao Zhiqiang", "crew-2", *_SUPERVISOR),
    DemoPerson("1018", "秦玥", "Qin Yue", "crew-2", *_OPERATOR),
    DemoPerson("1019", "史玉婷", "Shi Yuting", "crew-2", *_OPERATOR),
    DemoPerson("1020", "王磊", "Wang Lei", "crew-2", *_OPERATOR),
    DemoPerson("1021", "阎俊杰", "Yan Junjie", "crew-2", *_OPERATOR),
    DemoPerson("1022", "冯小川", "Feng Xiaochuan", "crew-2", "见习值班员", "Trainee operator"),
    DemoPerson("1023", "赵栋梁", "Zhao Dongliang", "crew-3", *_SUPERVISOR),
    DemoPerson("1024", "马晓燕", "Ma Xiaoyan", "crew-3", *_OPERATOR),
    DemoPerson("1025", "崔浩", "Cui Hao", "crew-3", *_OPERATOR),
    DemoPerson("1026", "白云飞", "Bai Yunfei", "crew-3", *_OPERATOR),
    DemoPerson("1027", "乔振华", "Qiao Zhenhua", "crew-3", *_OPERATOR),
    DemoPerson("1028", "牛丽娜", "Niu Lina", "crew-3", *_OPERATOR),
    DemoPerson("1029", "杜宏伟", "Du Hongwei", "crew-4", *_SUPERVISOR),
    DemoPerson("1030", "张亦然", "Zhang Yiran", "crew-4", *_OPERATOR),
    DemoPerson("1031", "卫东升", "Wei Dongsheng", "crew-4", *_OPERATOR),
    DemoPerson("1032", "郝佳慧", "Hao Jiahui", "crew-4", *_OPERATOR),
    DemoPerson("1033", "阿依古丽·买买提", "Aygul Memet", "crew-4", *_OPERATOR),
    DemoPerson("1034", "任建平", "Ren Jianping", "crew-4", *_OPERATOR),
    DemoPerson("1035", "石铁柱", "Shi Tiezhu", "boiler", *_LEADER),
    DemoPerson("1036", "侯晓宇", "Hou Xiaoyu", "boiler", *_FITTER),
    DemoPerson("1037", "常志刚", "Chang Zhigang", "boiler", *_FITTER),
    DemoPerson("1038", "尹学军", "Yin Xuejun", "turbine", *_LEADER),
    DemoPerson("1039", "吕红霞", "Lü Hongxia", "turbine", *_FITTER),
    DemoPerson("1040", "樊宇航", "Fan Yuhang", "turbine", "见习检修工", "Trainee fitter"),
    DemoPerson("1041", "宋丽君", "Song Lijun", "electrical", *_LEADER),
    DemoPerson("1042", "董明亮", "Dong Mingliang", "electrical", *_FITTER),
    DemoPerson("1043", "康家豪", "Kang Jiahao", "electrical", *_FITTER),
    DemoPerson("1044", "范思远", "Fan Siyuan", "instruments", *_LEADER),
    DemoPerson("1045", "邢雪梅", "Xing Xuemei", "instruments", *_FITTER),
    DemoPerson("1046", "欧阳朗", "Ouyang Lang", "instruments", *_FITTER),
    DemoPerson("1047", "霍军", "Huo Jun", "fuel", "部门主任", "Head of department"),
    DemoPerson("1048", "魏秀兰", "Wei Xiulan", "fuel", "输煤值班员", "Coal-handling operator"),
    DemoPerson("1049", "苗壮", "Miao Zhuang", "fuel", "输煤值班员", "Coal-handling operator"),
    DemoPerson("1050", "贺志平", "He Zhiping", "fuel", "输煤值班员", "Coal-handling operator"),
    DemoPerson("1051", "祁大勇", "Qi Dayong", "network", "分公司经理", "Branch manager"),
    DemoPerson("1052", "孙丽萍", "Sun Liping", "network", "管网调度", "Network dispatcher"),
    DemoPerson("1053", "靳朝晖", "Jin Zhaohui", "network", "管网巡检", "Network inspector"),
    DemoPerson("1054", "卢浩", "Lu Hao", "network", "见习巡检", "Trainee inspector"),
    DemoPerson("1055", "陶静", "Tao Jing", "service", "客服", "Customer service"),
    DemoPerson("1056", "庞晓东", "Pang Xiaodong", "service", "收费", "Billing"),
    DemoPerson("1057", "左思雨", "Zuo Siyu", "service", "客服", "Customer service"),
    DemoPerson("1058", "路长河", "Lu Changhe", "contractors", "外委检修", "Contract fitter"),
    DemoPerson("1059", "罗成才", "Luo Chengcai", "contractors", "外委检修", "Contract fitter"),
    DemoPerson("1060", "向春生", "Xiang Chunsheng", "contractors", "外委检修", "Contract fitter"),
)

ROLES: dict[tuple[str, str], str] = {
    ("branch-office", "member"): "1002 1003 1004 1005 1006 1007 1008 1009 1010",
    ("branch-office", "secretary"): "1001",
    ("branch-operations", "secretary"): "1011",
    ("branch-operations-1", "leader"): "1012",
    ("branch-operations-1", "member"): "1011 1013 1014 1015",
    ("branch-operations-2", "leader"): "1017",
    ("branch-operations-2", "member"): "1018 1019 1020",
    ("branch-operations-3", "leader"): "1023",
    ("branch-operations-3", "member"): "1024 1025 1026",
    ("branch-operations-4", "leader"): "1029",
    ("branch-operations-4", "member"): "1030 1031 1033",
    ("branch-maintenance", "secretary"): "1041",
    ("branch-maintenance-1", "leader"): "1035",
    ("branch-maintenance-1", "member"): "1036 1037 1038",
    ("branch-maintenance-2", "leader"): "1042",
    ("branch-maintenance-2", "member"): "1041 1044 1045",
    ("branch-heating", "secretary"): "1051",
    ("branch-heating", "member"): "1052 1053 1055 1056",
    ("special-operators", "member"): "1012 1030 1037 1039 1041 1042 1043 1049 1053",
    ("newcomers", "member"): "1022 1040 1054",
    ("lecturers", "member"): "1001 1005 1008 1044",
    ("team-leaders", "member"): "1011 1017 1023 1029 1035 1038 1041 1044",
    ("company", "admin"): "1007",
    ("office", "leader"): "1001",
    ("safety", "leader"): "1005",
    ("engineering", "leader"): "1008",
    ("crew-1", "leader"): "1011",
    ("crew-2", "leader"): "1017",
    ("crew-3", "leader"): "1023",
    ("crew-4", "leader"): "1029",
    ("boiler", "leader"): "1035",
    ("turbine", "leader"): "1038",
    ("electrical", "leader"): "1041",
    ("instruments", "leader"): "1044",
    ("fuel", "leader"): "1047",
    ("heating", "leader"): "1051",
}
"""Who is what in which unit: staff numbers by unit code and role."""
