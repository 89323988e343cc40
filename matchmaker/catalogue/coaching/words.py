"""Words for processes, materials, equipment and parts by field of industry; what a factory makes is none of them.

Own lists, folded as ``matching.text.fold`` folds. Latin words match whole, Chinese ones anywhere.
"""

GENERAL = """
焊 铸造 压铸 锻 冲压 拉伸 拉深 挤压 挤出 注塑 吹塑 吸塑 模压 压延 轧制 轧机 轧辊 车削 铣 磨削 磨床 磨头 研磨 抛光
钻孔 钻头 打孔 镗 拉削 滚齿 切割 切削 下料 折弯 弯管 旋压 热处理 淬火 回火 退火 正火 渗碳 渗氮 氮化 时效 电镀 镀锌
镀镍 镀铬 镀层 阳极氧化 氧化膜 磷化 钝化 硅烷 喷涂 喷粉 喷漆 电泳 涂装 涂布 涂层 涂料 烤漆 固化 粘接 粘结 胶 密封圈
密封件 油封 装配 压装 铆接 螺栓 紧固 去毛刺 毛刺 酸洗 碱洗 清洗 超声 喷砂 抛丸 干燥 烘干 烘箱 烘房 冷却 冷冻 蒸发
蒸馏 精馏 结晶 萃取 过滤 压滤 离心 沉淀 搅拌 混合 球磨 粉碎 筛分 造粒 输送 称重 计量 配料 灌装 包装 封口 贴标 码垛
分拣 仓储 消毒 灭菌 杀菌 模具 夹具 刀具 砂轮 刀片 导轨 丝杠 主轴 齿轮 蜗轮 凸轮 连杆 弹簧 阀门 阀体 阀芯 泵体 液压
气动 气缸 油缸 电控 plc 伺服 变频 机器人 机械手 视觉 相机 传感器 检漏 探伤 无损 超声波 x光 光谱 色谱 液质 气质 涡流
三坐标 有限元 仿真 数控 机床 加工中心 锅炉 换热 空压机 风机 风栅 风道 水泵叶轮 热泵 余热 蒸汽 电炉 窑 炉膛 加热 保温
隔热 减震 轴承座 传动 皮带 链轮 钢 铁件 铸铁 球铁 铝 铜 锌 镁合金 钛 镍 铬 锡 合金 不锈 硅 陶瓷 石墨 碳纤维 玻纤
玻璃 橡胶 丁腈 三元乙丙 塑料 树脂 尼龙 聚酯 聚氨酯 聚丙烯 聚乙烯 环氧 pa6 pa66 pp pe pvc pbt pet abs pom tpu tpe eva
smc pc fep 薄膜 泡棉 木材 纸板 油墨 油脂 润滑脂 润滑油 切削液 乳化液 溶剂 助剂 添加剂 粉末 粉料 粉体 颗粒料 母粒
浆料 溶液 原料药 催化 酶 菌 硅油 石英 碳化 金刚石 磁性 稀土 纳米
"""

TEXTILE = """
坯布 面料 织造 纺纱 纱线 纱支 针织 梭织 经编 纬编 提花 起绒 磨毛 烧毛 退浆 煮练 丝光 漂白 染色 染缸 染料 匀染 缸差
色差 色牢度 固色 印花 数码印花 墨水 喷头 定型 拉幅 整理剂 抗皱 免烫 柔软剂 碱减量 浆纱 整经 上浆 络筒 并条 粗纱 细纱
喷水 喷气织机 织机 织袜机 缝头 对目 罗口 橡筋 锦纶 氨纶 涤纶 涤棉 涤 棉 麻 羊毛 羊绒 真丝 丝绸 粘胶 天丝 羽绒 充绒
钻绒 裁剪 裁床 排料 缝制 缝纫 绣花 绗缝 熨烫 压胶 包覆纱 意匠 花型 里衬 衬布 吊挂 辊 轧车 汽蒸 皂洗 水洗 湿摩 助剂
染 织
"""

CHEMISTRY = """
反应釜 釜 加氢 氧化反应 聚合 缩合 酯化 磺化 硝化 氯化 重氮 中间体 母液 滤饼 晶种 粒度 结焦 dmf 甲醇 乙醇 甲苯 高盐
废酸 尾气 涂料 颜料 消泡 乳液 乳化 分散剂 阻燃 增塑 发泡 硫化 流延 隔膜 扩链 水解 改性 填料 球铝 滑石粉 碳酸钙 炭黑
氧化铝 二氧化硅 分子筛 电解 电渗析 膜分离 反渗透 超滤
"""

FOOD_AND_WINE = """
发酵 浸米 蒸饭 开耙 煎酒 压榨 酒曲 麦曲 酒母 淋饭 封泥 陶坛 坛 酒糟 勾兑 陈化 冷浑浊 澄清 酱 卤 腌 泡菜 杀青 青锅
揉捻 萎凋 做青 炒制 炒茶 鲜叶 夏秋茶 茶园 抹茶 碾茶 碾磨 提香 深加工 烘焙 面团 醒发 油炸 速冻 冻干 巴氏 高温蒸煮
保鲜 气调 充氮 真空包装 防腐 菌落 农残 快检 原料肉 虾 米 面粉 淀粉 腐乳 大豆 豆浆 果汁 打浆 去皮 去壳 去沙 除沙 屠宰
分割
"""

PEARLS = """
蚌 养殖 插核 珍珠粉 漂白 增白 染珠 打孔 抛光 珠层 溶氧 增氧 塘 尾水 水质 饲料 育苗 病害
"""

MACHINES = """
下死点 滑块 压力机 曲轴 转台 分度 减速机齿轮 跑合 沟道 套圈 滚道 滚子 钢球 保持架 唇口 超精 无心磨 端面 锥面 外圈
内圈 车架焊接 预浸料 气袋成型 五通 后叉 拨链 花鼓 棘轮 减震器 前减震 镀铬杆 活塞杆 缸体 缸盖 制动盘 刹车盘 刹车片
摩擦片 膜片 转向节 控制臂 排气管 链条销轴 套筒 端子 线束 压接 托盘 水冷板 电芯 极耳 极片 隔膜 电池包 扁线 定子 转子
绕组 磁钢 逆变 驱动板 油烟机叶轮 叶轮 蜗壳 内胆 炉头 燃烧 火盖 搪瓷 面板 喷嘴 点火针 换热器 压缩机 冷镦 搓丝 镦 拉丝
挤压模 铸件 砂型 浇注 芯盒 熔炼 残碳 压射 气孔 断屑 铁屑
"""

ELECTRONICS = """
回流焊 波峰焊 锡膏 贴片 smt qfn bga 点胶 灌封 贴合 oca 刻蚀 光刻 溅射 镀膜 蒸镀 划片 晶圆 封装 键合 mems 温漂 标定
固件 天线 射频 电路板 线路板 软硬板制程 银浆 丝网印刷 网版 串焊 层压 隐裂 组件封装 硅片 topcon perc 钙钛矿 化成 分容
磷酸铁锂 电解液 叶片 变桨 齿轮箱 bms 储能电芯 制氢 电堆 双极板 质子膜
"""

MEDICINE = """
制粒 压片 包衣 片剂 缓释 溶出 辅料 注射剂 灯检 安瓿 西林瓶 胶塞 隧道烘箱 铝塑 提取 浓缩 中药 饮片 杂质 亚硝胺 对照品
细胞 cho 培养基 流加 补料 发酵罐 层析 纯化 超滤 蛋白 抗体 质粒 病毒 磁珠 核酸 胶体金 试剂盒显色 抗原 引物 益生菌
菌种
"""

ENVIRONMENT_AND_BUILDING = """
废水 污水 中水 尾水 cod 总磷 总氮 氨氮 污泥 膜通量 除尘 布袋 粉尘 废气 油烟 vocs rto rco 沸石转轮 脱硝 脱硫 sncr scr
氨逃逸 烟气 铝灰 危废 固废 炉渣 飞灰 混凝土 水泥 砂浆 蒸养 叠合板 预制构件 桁架 钢筋 骨料 界面剂 3d打印 幕墙 密封胶
石材 花岗岩 保温板 防水 卷材 楼板 隔音材料 管片 沥青 光伏玻璃 浮法 原片 钢化 均质 应力斑 结石 配合料 锡槽 退火窑
制瓶 low-e 中空 夹层
"""

DIGITAL = """
mes erp plm wms scada 接口 主数据 数据清洗 数据库 串口 网关 协议 图纸 dwg 三维模型 点云 三维扫描 贴图 渲染 超分 动捕
骨骼动画 口型 语音识别 图像识别 目标检测 算法模型 重定位 slam nb-iot 低功耗 扫码 条码 rfid sku 排产 报工 分色 接版
减面 压缩 流式加载 轻量化 检索 知识图谱 增强现实 区块链
"""

ENGLISH = """
weld welding solder soldering casting die-casting forging stamping extrusion moulding molding injection
machining milling turning grinding polishing drilling cutting bending hardening quenching tempering annealing
plating coating painting curing bonding gluing drying evaporation distillation crystallisation crystallization
filtration centrifuge mixing granulation dyeing printing finishing weaving knitting spinning sewing linking seam
yarn yarns fabric cotton polyester nylon silk wool fermentation pasteurisation sterilisation sterilization
baking frying freezing packaging steel iron aluminium aluminum copper brass zinc titanium alloy ceramic glass
rubber plastic resin epoxy paint ink grease adhesive wastewater sludge brew brewing bleaching bleached starter
gear gears reflow voids impeller slitting coated centreless scanning scans textures capture nozzle lances
girders steam panning panned forged laps bladder chromed rod seals float mould die dies tray lid sealant screen
culture feed braised slimy tablets granulated cast dust filter filters boiler furnace kiln reactor catalyst
solvent concrete cement wafer electrode slurry separator sensor camera robot plc mes erp
"""

THINGS = (
    GENERAL,
    TEXTILE,
    CHEMISTRY,
    FOOD_AND_WINE,
    PEARLS,
    MACHINES,
    ELECTRONICS,
    MEDICINE,
    ENVIRONMENT_AND_BUILDING,
    DIGITAL,
    ENGLISH,
)
