"""Ordinary words of calendars: what is one of them is no misspelt, shortened or abbreviated name.

Made for this purpose, of the words that titles and rooms are full of. A person's own name counts even where
it is one of them.
"""

from typing import Final

_ENGLISH = """
a about above absence access account accounts across action active activity add admin advance advisory
after afternoon again agency agenda agile agreement ahead air align alignment all also always am an
analysis analyst and annual another any anyone api app application apply appointment approval apr april
arch architecture archive are area around arrange art article as ask assembly assessment asset assets at
attend audit aug august automation available away baby back backlog backup balance bank banking base
basic batch be before begin below bench benefits best better between big bike bill billing biology
birthday black block blue board body bond book booked booking boot both bottom box brainstorm branch
brand branding break breakfast bridge brief briefing bring broad bronze brown brunch budget bug build
builder building bus business busy but buy by cabin cafe cake calendar call campaign campus can canteen
capacity capital car card care career case cash catch category cater cell center central centre chair
challenge change channel charge charity chart chase chat check checkin checklist checkout chef chess
choice circle city class clean clear clerk client clinic clock close closed closing cloud club coach
coaching code coffee cold college color commit committee common comms community company compare complete
compliance concept concert conf conference connect construction consult contact content contest contract
control cook cool copper copy core corner corporate cost costs council count country course cover craft
create creative credit crew crisis critical cross culture current customer cut cycle daily dance dark
dash data database date dates day days deadline deal debate debrief debt dec december decision deep
default defect delivery dem demo dental dentist dep department deploy deployment dept design desk detail
dev develop developer development device dialog digital dinner direct direction director discovery
discuss discussion display do doc doctor document dog done door double down draft dream dress drill
drink drinks drive driver drop dry due duty each early earth east easter easy edit edition editor
education effort eight either electric eleven emergency end energy engine engineering english enterprise
entry equipment error escalation estate estimate eu evaluation eve evening event events every everyone
exam example excel exchange exec executive exercise exhibition exit expense expenses experience expert
export express ext extension external extra eye facility fair fall family fan farewell farm fast feature
feb february fee feedback festival field file fill filler final finance financial find fine fire firm
first fish fit fitness five fix fleet flex flight floor flow flower focus follow food foot for force
forecast forest form format forum forward foundation founder four fox frame free freeze fresh fri friday
from front frontend full fun function fund funding future gallery game games gap garage garden gas gate
gateway general get gift girl give glass global go goal goals gold golf good governance grace grade
grand grant graph great green grid ground group growth guest guide guild gym hack hackathon half hall
hand handover hands happy harbor harbour hard have head health healthcare hello help here high hike hill
hire hiring history hold holiday home hospital host hot hotel hour hours house how hr hub human i idea
ideas if image impact import in inbox inc incident industry info infra initial innovation insight
install insurance integration interest intern internal international internet interview into intro
introduction inventory invest investor invite invoice is island issue it item jam jan january job join
joint jour journal journey jul july jump jun june just keep key kick kickoff kids kind kit kitchen know
knowledge lab label lake land language large last late latest launch law lawn lead leader leadership
league lean learn learning leave legal less lesson let level library license life light like line link
list listen live load loan lobby local location lock log logistics long look lot lounge low ltd lunch
machine mail main maintenance make maker man manage management manager map mar marathon march margin
marine mark marked marker market marketing master match material materials matrix may me meal measure
media medical meet meeting meetings mega member memo mental menu merge message meter method metric
metrics mid midday middle migration mile milestone mill mind mini minor minute minutes mirror mission
mix mobile model modern module mon monday money monitor month monthly moon more morning most mount
mountain move movie mtg much multi museum music must my name nature near need net network new news next
nice night nine no noon normal north not note notes nov november now number nurse object ocean oct
october of off offer office officer offsite oil ok okr old on onboarding once one online only onsite
open opening operation operational operations ops option or orange order org organization orientation
other our out outage outdoor outlook over overview own owner pack package page paint pair panel paper
parent park parking part partner party pass patch path patient pay payment payroll peak peer pen pending
people per perf performance period person personal phase phone photo physio pick piece pilot pipeline
pitch pizza place plan planned planning plant platform play plaza please plenary plus point policy pool
poor port portal portfolio position post poster power practice pre prep prepare present presentation
press price pricing prime print prio priority private prize process procurement prod product production
profile profit program progress project proof proposal protocol public pulse purchase push qa quality
quarter quarterly question queue quick quiet quiz race radio rail rain raise range rate read ready real
rec recap record recruiting red refactor refine refinement region regional register rehearsal relation
relaunch release remote renew renewal rent rental repair report reporting request require research
reserve reserved reset resource response rest result results retail retreat retro retrospective return
rev revenue review reviews rework right ring rise risk risks river road roadmap roadshow rock role roll
rollout roof room rooms root rose rotation round route row rule run safe safety sail salary sale sales
same sand sat saturday save scan schedule school science scope score scout screen scrum sea search
season seat second section sector secure security see select self sell seminar send senior sep sept
september series server service services session set setup seven share shared sharing sheet shift ship
shop short show side sign signing silver simple single site six size skill skip sky slack sleep slot
small smart snow social soft software solar sold solution some son sound source south space spare spec
special speed sport spot spring sprint squad square staff stage stakeholder stand standup star start
state station status stay steel steering step stock stone stop storage store storm story strategy stream
street strong student studio study style subject success summer summit sun sunday supplier supply
support surface survey swim switch sync system systems table tag take talent talk target task tasks tax
tbd tea teach team teams tech technical technology ten term test testing text than thanks that the
theater theme then there they thing think third this three through thu thursday ticket tiger tight till
time timeline times title to today together token tom tool tools top topic total touch tour tower town
track trade traffic train training transfer transition transport travel tree trial trip true trust try
tue tuesday turn tv twelve two type under union unit up update updates upgrade urgent us use user users
ux vacation valley value van vendor venue version via video view village virtual vision visit vote wait
walk wall war warehouse was watch water wave way we weather web webinar website wed wednesday week
weekend weekly weeks welcome well west what wheel when where white who why wide wild will win wind
window wine wing winter wip wire with without wood word work working workshop world wrap write year
yearly years yellow yes yoga you young your youth zero zone zoom
"""

_GERMAN = """
ab abend abendessen aber abgabe abgleich abnahme abrechnung absage abschied abschluss absprache
abstimmung abteilung abwesend advent alle aller alles alt alten amt an analyse anbau andere anfang
anfrage angebot anlage anruf ansprechpartner antrag anwalt arbeit arbeiten arbeitsgruppe arbeitskreis
arzt auf aufbau aufgabe aufgaben aufnahme auftakt auftrag aus ausbildung ausblick ausflug austausch
auswahl auto bad bahn bau bauer baum bei beirat beratung bereich berg bericht beschluss besichtigung
besprechung besuch betrieb betriebsrat bewerber bewerbung bibliothek bild bis bitte blau blume boden
brand brot buch buero bund burg chef da daily dank das dass datum dauer dein dem den der des dialog
dienst dienstag dies diese do donnerstag dorf drei druck durch ein eine einem einen einer einfach
einfuehrung einkauf einladung einsatz empfang ende entscheidung entwicklung entwurf er erste ersten es
essen etage europa fach fahrt fall familie feier feiertag feld fenster ferien fertigung fest feuer film
finanzen firma fisch flur folge forschung fortbildung frage fragen frau frei freigabe freitag fruehling
fruehstueck fuehrung fuer fur garten gast gebaeude geburtstag gehalt geld gemeinde gemeinsam geplant
gericht gesamt geschaeft gespraech gesundheit gross grosse grosser gruen grundlagen gruppe gut hafen
halle handel handwerk haus heim herbst herr heute hilfe himmel hinten hoch hof holz hotel idee im immer
in inhalt ist ja jahr jahre jahres januar jour juli jung juni kaffee kalender kampagne kanal kapelle
karte kauf kein keller kern kind kinder kirche klausur klausurtagung klein kleine kleiner koch koenig
kommission konferenz konto kontrolle konzept kosten kraft kreis kueche kultur kunde kunden kundentermin
kunst kurs kurz labor lager land lang lauf lehrer leitung lenkungskreis lernen letzte licht lieferung
liste luft maerz mai markt maschine mehr mein meister messe mit mitarbeiter mitglieder mittag
mittagessen mittagspause mitte mittwoch monat montag morgen nach nachbereitung nachmittag nacht name
natur neu neue neuer nicht nord nur ober obergeschoss oder offen ohne oktober ordnung ort ost ostern
paket park pause personal pfad pflege phase plan planung platz plenum post praxis preis presse probe
produkt produktion projekt protokoll pruefung punkt qualitaet rahmen rat raum recht regel region reise
revision richter rot rueckblick ruecken rueckfrage ruhe runde saal sache samstag schluss schmied
schneider schnell schrank schritt schule schulung schutz schwarz see seite sitzung so sommer sommerfest
sonne sonntag sport sprechstunde stadt stand start statt statusrunde stein stelle stern steuer strasse
strategie streik stunde sturm sued tag tage tagung tanz team teil telefon termin tisch tor treff treffen
treppe tuer ueber uebergabe uebung um umbau umzug und unser unter unternehmen urlaub verein verfuegbar
verkauf verkehr verlag versammlung versand vertrag vertrieb verwaltung vier vogel vollmond vom von vor
vorbereitung vorlage vormittag vorschlag vorstand vorstellung vortrag wagen wahl wald wand warten was
wasser weg weihnachten weihnachtsfeier wein weise weiss weiter welt werk werkstatt wert wettbewerb wie
wiese winter wir wirtschaft woche wochen wolf zahnarzt zeit zentrale ziel ziele zimmer zu zug zukunft
zum zur zusammen zwei zwischen
"""

_FRENCH = """
accord accueil achat achats action activite affaire affaires agence ainsi alerte alors amphi an annee
anniversaire annuel appel apres arret art assemblee atelier attente au aujourd aussi autre aux avance
avant avec avis avocat avril banque bas base bateau beau besoin bibliotheque bien bilan bis blanc
blanche bleu bois bon bonne bord bureau but cadre cafe campagne car carte cas ce centre ces cet cette
chaine chambre champ chantier chaque chef chez choix cinq classe clef client clients cloture code
collegue comite commande comme commercial commission commun communication compta compte concours conge
conges conseil contrat copil cour cours cout cuisine dans date de debat debut decembre decision dejeuner
demain demande demo depart depuis dernier des deux dimanche diner direction dix document donnees dossier
double du eau echange ecole egalite en encore enfant ensemble entre entreprise entretien equipe espace
essai est et etage etape etat ete etude etudes europe evaluation examen facture faire fait famille femme
fermeture fete feu fevrier fille film fin fleur fois fond fonds formation forme fort fournisseur frais
france froid fusion gare general gestion grand grande groupe guerre guide heure heures hiver homme
hopital idee ile immobilier impots janvier jardin jeu jeudi jeune jour journee juillet juin juste la
lancement langue le lecture les lettre libre lieu ligne liste livraison livre local loi long lundi lune
machine magasin mai maintenance maintien mairie mais maison marche mardi mars matin medecin meme mensuel
mer mercredi mesure midi mieux mise mobilier mode moins mois monde mont montagne mot moyen musee musique
nature neuf niveau noel nom nord note notre nous nouveau nouvelle novembre nuit objectif octobre offre
on ordre ou ouest ouvert ouverture paie paiement pain par parc paris parking part partage partenaire pas
passage patron pause pays peinture pendant personnel petit petite piece pied pierre place plan planning
plein plus poche point pole pompiers pont porte pour premier presse prevu prix prochain production
produit projet public qualite quand quatre question quinze rapport recherche recrutement region relance
rendez rentree repas reporte reprise reseau reserve reserver restaurant retour retraite reunion revue rh
rien roi rose rouge route rue rupture saint salle salon samedi sans sante science seance securite sejour
semaine seminaire sept septembre service ses si site six soir soiree soleil son sortie sous stage
strategie suivi sujet sur syndicat table tarif temps terrain tete titre tour tous tout travail travaux
trois trop un une usine vacances vendredi vente ventes vers vert vie vieux village ville vin visite voir
voiture voix vous vue zone
"""

_SPANISH = """
abierto abril acceso accion acta actividad actual acuerdo agencia agosto agua ahora aire al alianza
almuerzo alta alto amigo ano anual apertura apoyo area arte asamblea asunto auditoria avance ayer ayuda
azul baja bajo banco barco base bien blanco boda bosque bueno cabo cada caja calidad calle cambio camino
campana campo capacitacion capilla carta casa caso castillo cata cena central centro cerca cerrado charla
cierre cinco cita ciudad clase cliente clientes clima cobro cocina colegio comedor comida comite como
compra compras comun con concurso conferencia consejo control copa corte cosa costa costes costo costos
crear cruz cuatro cubo cuenta cuentas cumple cumpleanos curso da dato datos de decision del demo dental
dentista departamento derecho desayuno desde despacho dia diario dias dinero direccion diseno doctor
domingo donde dos edificio ejemplo el en enero ensayo entre entrega entrevista equipo es escuela espacio
esta estado este estrategia estudio etapa evaluacion evento examen facturas familia febrero fecha feria
festivo fiesta fin final finanzas firma flor fondo formacion foro foto fuente fuera fuerte gasto gastos
general gestion gira grande grupo guerra guia hasta hija hijo hora horas hospital hotel hoy idea iglesia
informe ingles inicio isla jardin jefe jornada juego jueves julio junio junta la lanzamiento largo las
lectura legal ley libre libro limpieza lista llamada local los lugar luna lunes luz madre manana mano
mantenimiento mapa mar marca marco marte martes marzo mas mayo media medico medio mejor mensual mercado
mes mesa metro miercoles mil modelo monte mundo museo musica navidad negocio negro no noche norte nota
noviembre nueva nuevo numero obra octubre oferta oficina orden otro padre pago pagos para parque parte
partido paso patio pedido pelicula pendiente personal piso plan planta playa plaza plazo pleno poder
politica por precio prensa presentacion presupuesto primera primero principal proceso producto proveedor
proximo proyecto prueba puente puerta puerto punto que real recursos red reforma region reparto repaso
reserva reservado responsable resultado resumen retiro reunion revision rio rojo rosa ruta sala salida
salon salud san santo seccion seguimiento segundo seguridad seis semana semanal seminario septiembre
servicio sesion si siete sistema sitio sobre social sol solo sur taller tarde tarea tema tiempo tienda
tierra todo torre trabajo trato trece tren tres trimestre turno un una unidad union uno uso vacaciones
valle valor venta ventas verano verde viaje vida viernes villa vino visita vista vuelo ya zona
"""

_PLACES = """
aachen africa alps america amsterdam asia athen athenes athens austin austria baden barcelona basel
basle beijing belgium berlin bern berne bilbao bogota bonn bordeaux boston bremen brno brussels
bruxelles budapest cairo california canada chicago china cologne copenhagen dallas danmark denmark
denver deutschland dortmund dresden dubai dublin duesseldorf dusseldorf edinburgh england espana essen
europe finland france frankfurt freiburg geneva geneve genf germany glasgow graz hamburg hannover
helsinki holland hongkong houston iberia india innsbruck ireland istanbul italy japan kassel kiel koeln
koln krakow lausanne leeds leipzig lima linz lisboa lisbon lissabon liverpool london londres lugano
luxembourg luzern lyon madrid mailand mainz malaga malta mannheim marseille melbourne mexico miami milan
milano montreal moscow muenchen mumbai munchen munich nantes napoli netherlands nice norway nuernberg
nuremberg osaka oslo ottawa oxford paris peking petersburg pisa poland portland porto portugal prag
prague rhein rhine roma romania rome rotterdam salzburg schweiz scotland seattle seoul sevilla shanghai
singapore spain stockholm strasbourg stuttgart suisse sweden switzerland sydney taipei tokyo torino
toronto toulouse turin turkey valencia venezia venice vienna wales warsaw warszawa washington wien
zuerich zug zurich
"""

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

_LISTED: Final = frozenset((_ENGLISH + _GERMAN + _FRENCH + _SPANISH + _PLACES).split())
_SHORT = 2
_ENDINGS: Final = ("s", "es", "n", "en", "e", "er", "ed", "d", "ing", "ly", "al")

#: Folded, with their plurals.
WORDS: Final = _LISTED.union(word + "s" for word in _LISTED if len(word) > _SHORT)
#: With whatever else a longer word may end in: not one of these is a misspelt name.
ORDINARY: Final = WORDS.union(word + ending for word in _LISTED if len(word) > _SHORT for ending in _ENDINGS)
