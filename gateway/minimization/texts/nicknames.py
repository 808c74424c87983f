"""What people are called who are christened otherwise: each line is one name, formal and familiar.

Folded to ASCII. A form may stand in several lines.
"""

from collections import defaultdict
from typing import Final

_NAMES = """
robert rob robbie bob bobby bert roberto berto
william will bill billy willy willie liam wilhelm willi wim guillermo memo guillaume
richard rick ricky rich dick richie ricardo
james jim jimmy jamie jaime
john johnny jack jon johan johannes hannes hans jan juan jean giovanni gianni ivan
jonathan jon jonny nathan
charles charlie chuck carlos carl karl carlo
edward ed eddie ted teddy ned eduard edi eduardo edu edek
thomas tom tommy tomas thommy
michael mike mick micky mickey mikey michi michel miguel misha mikhail michl
daniel dan danny dani daan
david dave davy davey
andrew andy drew andreas andi andres andre andrei
anthony tony anton toni antonio antoine tonio
joseph joe joey josef sepp seppi jose pepe beppo giuseppe josep pep josh beppe
joshua josh
matthew matt matty matthias matze hias matthieu mateo
christopher chris kit christoph stoffel topher
christian chris christi
christine chris chrissy tina christina christa christl cristina kristin kristina
alexander alex alec lex sandro xander sascha sasha alejandro alexandre aleksandr aleksander
alexandra alex sandra sandy sasha alejandra
samuel sam sammy
samantha sam sammy
benjamin ben benny benji
nicholas nick nicky nico klaus niklas nicolas nikolaus nikolai kolya claus
patrick pat paddy patty patricio
peter pete petey pedro pierre pit
philip phil philipp felipe philippe lip
stephen steve stevie steven stefan steffen stephan esteban etienne
timothy tim timmy
gregory greg gregor
kenneth ken kenny
ronald ron ronnie
donald don donnie
lawrence larry laurie lorenz laurence lorenzo
leonard leo len lenny leonhard leonardo
frederick fred freddy fritz friedrich frederic federico fede
francis frank frankie franz franzl francisco paco pancho curro francesco franco francois kiko
frances fran francie franziska franzi francisca paca francesca
henry harry hank hal heinrich heinz heini henri enrique quique kike heiner
harold harry hal harald
george georgie georg schorsch jorg jorge georges yuri
gerald gerry jerry gerhard gerd gerardo
jeffrey jeff geoffrey geoff
jeremy jerry jem
eugene gene
walter walt wally waldi
vincent vince vinnie vicente vincenzo enzo
victor vic vittorio viktor
raymond ray ramon moncho
arthur art artie arturo
albert al bert bertie alberto beto
alfred alf fred alfie alfredo
herbert herb bert herbi
norbert bert
hubert bert
theodore ted teddy theo theodor
ernest ernie ernst ernesto
bernard bernie bernhard bernd bernardo
louis lou louie ludwig wiggerl luis lucho lutz luigi gigi
lucas luke lukas luca luc
martin marty martl tin
marcus mark markus marc marco marcos
maximilian max maxi maxl
sebastian basti seb bastian wastl bas baschti bastl sebas sebbe
dominic dom dominik domi domingo
fabian fabi
florian flo flori
tobias tobi toby
julian jules juli julien
jakob jake jacob jockel jaap jacques jacobo yago
johann hans hansi
joachim jochen achim jo joaquin chimo
ulrich uli ulli
wolfgang wolf wolfi
dietrich dieter didi
manfred manni fredi
rudolf rudi rolf rudolfo rodolfo
reinhold reini
reinhard reini
siegfried sigi siggi
hermann mandi manni
leopold poldi
jurgen jogi
gunther gunni gunter
konstantin kosta konsti costa kostya
emmanuel manu manny manuel manolo manel
rafael rafa raphael rafi fael
ignacio nacho inaki
salvador salva
santiago santi diego yago tiago
guadalupe lupe
mercedes merche
dolores lola
rosario charo
pilar pili
consuelo chelo
concepcion concha conchita
isabel isa bel ysabel
jesus chus chuy jesu suso
javier javi xavi xavier
alfonso fonso poncho
fernando fer nando fernan
gonzalo gonza
gabriel gabe gabi gaby
gabriela gabi gaby gabriella gabriele
sergio checho
rosa rosi rosita
teresa tere teresita
lillian lily lil lilly lilian lili
elizabeth liz lizzie lizzy beth betty betsy eliza lisa libby elsie bess elisabeth elise lilly lili
elisabeth sissi liesl lisl elise lili lilli lilly elsa betti lisa eliza liz beth betty babeth lise
elisabeth zabeth lies lisbeth bep betje
margaret maggie meg peggy marge margie madge greta daisy rita margarete margarita margot
margarete gretel grete gretchen greta rita marga margot margarita margaret maggie meg
katherine katharina catherine catarina katarina catalina kathrin kate katie kathy kat kay kitty kit
katherine cathy
katharina kate katie kathi kati katja kat kathy kathrin katarina cata trine katrin
catherine cathy cat kate katie kathy catarina catalina
catalina cata lina
mary molly polly mae maria mia marie mimi mitzi marion mizzi maruja mari masha
susan sue susie suzy susanne susi sanne susanna suzanne susana
sarah sally sara sadie
patricia pat patty tricia trish patti patrizia patri
jennifer jen jenny jenna
jessica jess jessie
rebecca becky becca rebekka
deborah deb debbie debby
barbara barb barbie babs babsi barbel
victoria vicky vic tori viktoria vicki
veronica ronnie vero veronika vroni
virginia ginny
dorothy dot dottie dolly dorothea doro thea dora
eleanor ellie nell nellie nora lenore eleonore lore eleonora
helen nell nellie lena helena leni elena helene
ellen nell ellie
emily emmy emilia milly
emma emmy
amelia amy millie
abigail abby gail
angela angie angelika geli angelina
anna annie anni ann anne ania anya anja nan nancy anika annika anita hanna hannah aenne anka andzia
anna hania anechka nyura annushka
annemarie annemie
antoinette toni netty antonia tonia toni
beatrice bea trixie beatrix bee beatriz
caroline carrie caro lina karoline karolin carolina carolin carol line
charlotte lottie charlie lotte lotti char carlota
christiane chris jane nane
cynthia cindy
diana di
evelyn evie eve
eva evi evita evchen
florence flo flossie
georgina georgie gina
gertrude trudy gertie gertrud trude traudl
harriet hattie
jacqueline jackie jacky jacquotte
janet jan
joanna jo joan johanna hanna hanni juana joana asia aska
josephine jo josie josefine josefa fina pepa sefa posy fifi
judith judy jude
julia jule julie jules juli julchen giulia yulia
juliane jule juli
kimberly kim
laura laurie lauri lala
leonora leo
lucy lou lucia luci lucie luz
louise lou lulu luise luisa
madeleine maddy maddie magda madlen magdalena lena leni mado
martha marty patty marta mattie
matilda tilly tilda mathilde
melanie mel
melissa mel lissa missy
michelle shelly mickey michaela michi micha
mildred millie
miranda randy mira
monica moni monika mona
natalie nat natasha nata tasha natalia natalya
nicole nikki nicky nici
olivia liv livvy olive
pamela pam
penelope penny pen
philippa pip pippa
rachel rae
roberta bobbie robi
rosemary rosie rose rosemarie
sandra sandy
sabine bine biene bini
sofia sophie sofie sophia sofi sonya sonja sofya sofoula
stephanie steph steffi stefanie estefania stefania
theresa terry tess tessa therese resi reserl
ursula ursel uschi ulla ursi
valerie val
waltraud traudl
winifred winnie
yvonne vonnie
zachary zach zack
aleksei alyosha alexey alexei lyosha aleksey alexej
dmitri dima mitya dmitry dmitrij dimitri dimon dmitriy dimitriy
evgeny zhenya evgeni yevgeny evgeniy
vladimir vova volodya vlad
fyodor fedor feodor fedya
semyon semen
pyotr petr peter piotr petya
alyona alena
artyom artem
sergei seryozha sergey serge seryoga
olga olya olenka
tatiana tanya tania tatyana
irina ira irochka irisha
ekaterina katya katia katyusha
elena lena alyona
anastasia nastya stacy ana natasa tasoula
ludmila lyuda mila lyusya lyudmila luda liudmila
konstantinos kostas kostis dinos ntinos
dimitrios dimitris mitsos jimmy dimos
georgios giorgos yorgos giorgis george
ioannis giannis yannis giannakis
panagiotis panos takis panais
mohammed mo mohamed muhammad mohammad
ibrahim ibo brahim
mustafa musti musto
abdullah abdul apo
fatima fatma fatoum tima
francoise fanny
veronique vero
dominique domi dom
frederique fred
jeanne jeannette jeanette
agnieszka aga agusia
malgorzata gosia malgosia
katarzyna kasia kaska kasienka
aleksandra ola olka sasha shura
joanna asia
barbara basia
jan janek jas jasiek jasio
piotr piotrek piotrus
tomasz tomek tomcio
krzysztof krzysiek krzychu krzys
wojciech wojtek wojtus
stanislaw staszek stas
magnus mange
lars lasse
henrik henke henka
birgitta gitta britta
cornelis kees cor nelis
jacobus koos jaap sjaak
gerrit gert
hendrik henk
rosalind roz ros lindy
edmund ed eddie ned ted
edwin ed eddie ned
nathaniel nat nate nathan
nathan nat nate
abraham abe bram
adam addy adas
aidan ade
allison ali allie ally alison
amanda mandy manda
arabella bella bel
bartholomew bart barty bartolome bartolo
bradley brad
cameron cam
cecilia cece celia cissy
clifford cliff
constance connie
cordelia delia
curtis curt
douglas doug dougie
duncan dunc
felicity flick fliss
gabrielle gabby elle
gilbert gil bert
gwendolyn gwen wendy
hilary hil
hugh hughie shug
imogen immy
isabella bella izzy isa isabelle
jemima jem mima
jordan jordy
kathleen kath kathy kate
leslie les
marjorie marge margie
maurice mo maury mauricio
millicent millie milly
mitchell mitch
nigel nige
oliver ollie olly oli
oscar ozzie ossie
percival percy
reginald reg reggie
rosalie rosie rose lia
roderick rod roddy
sidney sid
solomon sol solly
stuart stu stewart
tabitha tabby
terence terry tel
trevor trev
vivian viv vivienne
wilfred wilf fred wilfried
adalbert bert adi
adelheid heidi adele
adolf adi dolf
alois lois loisl luis
anneliese liesl anne lisel annelies
annegret anne gret
arnold arni noldi
august gustl gust auguste
balthasar balz hausi
bartholomaus barthel bartl
benedikt bene beni benny benedict
bernhard berni
brigitte gitte gitti britta brigitta biggi bribri
burkhard burki hardy
christoph chris stoffel stoff
clemens clemi klemens
cornelia conny connie nele nelly corinna cornelius corrie cor nel
dagmar daggi dasha
daniela dani
dorothee doro
eberhard ebi hardy
ekkehard ekki
elfriede elfi friedl
engelbert bert engel
erich ric
ernst erni
eugen geni
ferdinand ferdi nandl nando
franziska ziska fanny
friederike fritzi rike frieda friedl
friedhelm fritz
gottfried friedl gotti
gustav gustl gusti
hannelore hanne lore
hedwig hedi hede
heike heiki
heinz heinzi
helmut helmi heli
hermine mine hermi
hildegard hilde hilda gardy
ilse ilsi
ingeborg inge inga
jorg jogi jorgi georg
josefine sefi pepi
karl karli kalle karlheinz
karlheinz kalle karl heinz charly
klaus klausi
konrad konni conny radl kurt conrad
kornelia nele conny
kunigunde kuni gundi
lieselotte lilo lotte liesl liselotte
magdalena leni magda malena madzia
marianne marie nanni anne
marlene leni malene
matthaus mattes
matthias matze hias mats matti thias
mechthild mecki hilde
melchior melk
niklas nik nick nicke
oswald ossi
ottilie otti tilly
otto otti
pauline paula line
philipp phil lipp
renate nate reni
roland roli
rosemarie rosi romy
rupert rupi
sibylle billa bille
siegmund sigi
silvia silvi sylvia
simone mone simi
sophie fifi soph soso
stefanie steffi stefi
theodor theo teo
therese resi thesi
thorsten torsten thorti
ulrike uli ulla rike riki ulrika
veronika vroni vreni
verena vreni reni
viktor vicki vicke vitya
walburga burgi wally
wilhelmine mina minna minchen
wilhelm willem wil helm
wolfram wolf
benoit ben bebe benito
thibault titi thibaut thib
francois fanfan franz
aurelien aurel
antoine toine tonio titoine
bertrand bert
cedric ced
celine cel
christophe chris tof toph
clemence clem
clement clem
corinne coco
delphine del
edouard doudou ed
emmanuelle manu
etienne titi
fabrice fab
florent flo
genevieve ginette gene
gerard gege
gilles gil
gregoire greg
guillaume guigui guy
henri riri
isabelle isa zaza belle
jerome jeje
laurence lolo
laurent lolo lau
marguerite margot guite
mathilde mathou
mathieu mat math matthieu
maxime max
nathalie nath nat natalie
olivier oliv oli
philippe phil fifi philou
pierre pierrot
raphael raph
sebastien seb basti
solene sol soso
stephane steph
suzanne suzon
sylvain syl
sylvie syl
theophile theo
xavier xav
yves yvon
alberto beto berto
alvaro alvi
antonia toni tona
antonio tono tonin tonino toto nino
beatriz bea betty
begona bego
carmen menchu carmina
cristina cris tina
eduardo lalo edu
encarnacion encarna
esperanza espe
eugenia genia
felipe pipe
fernanda fer nanda
francisca paqui kika
francisco paquito fran pacho
graciela chela
guillermo guille memo
gregorio goyo
inmaculada inma macu
ines nena
inigo igo
joaquin quino
jorge coque
jose pepito chema
josefa pepi fina
juan juancho juanito
leticia leti
lourdes lulu
macarena maca
manuel manolito lolo
maria mari marisa maruja mariquita riet ria marijke mieke mia marysia maryla maja masha manya mariya
maria marusya maro marika
maximiliano maxi
milagros mila
miguel migue
monserrat montse
montserrat montse
natividad nati
remedios reme
ricardo rica riqui
roberto tito
rocio chio
rodrigo rodri
socorro coco
soledad sole
tomas tomi tompa
trinidad trini
vicente chente
alessandro sandro ale alex
alessandra sandra ale
andrea andy
angelo lino
annunziata nunzia
antonella anto nella
bartolomeo meo
benedetta benny
caterina cate rina
chiara chiaretta
concetta cettina
domenico mimmo mimi
elisabetta betta elisa betty lisa
emanuele manu lele
enrico rico
ernesto tino
federica fede
ferdinando nando
filippo pippo fil
francesca franci franca cesca checca
francesco ciccio franci checco cesco
gaetano tano
gabriele lele gabri
giacomo mino jack giac
giorgio gio
giovanna vanna gio gianna
giovanni gianni nino vanni gio
giuseppa pina peppa
giuseppe beppe beppo pino peppe peppino gius
ignazio gnazio
leonardo leo nardo
lorenzo renzo lore
luigi gigi gino
maddalena lena
margherita rita marghe
matteo teo
michele lele mick
niccolo nico
nicola nico
pietro piero
raffaele lele raf raffa
raffaella lella raffa
salvatore toto turi tore salvo
stefania stefi
stefano ste
tommaso tommy tom maso masino
umberto berto
valentina vale valya
vincenzo enzo cenzo vice
vittoria vicky
joost joos
sjoerd sjors sjoe
liesbeth lies beth liesje bets
adriaan arjan janus
albertus bert
antonius ton toon twan teun
bartholomeus bart
bernardus ben
catharina trijn toos rina cato
christiaan chris
dirk dik
everardus evert
franciscus frans cis
gerardus gerard ger geert
gijsbert gijs bert
hendrika riek hennie
hendrikus rik hein henk
hubertus huub bert
jeroen jer
johanna jo hanneke anneke jopie
johannes jan joop hans joh
joris sjors
leonardus leo
lambertus bert lammert
laurens lau rens
margaretha greet griet gretha
marieke riek miek
mattheus thijs
matthijs thijs ties
nicolaas klaas niek nico
petronella nel petra
petrus piet peer
sebastiaan bas
theodorus theo dorus
wilhelmina willy mien mina wil
wilhelmus wim willem
wouter wout
jadwiga jadzia jaga
tadeusz tadek tadzio
agata agatka
aleksander olek alek
andrzej andrzejek jedrek
antoni antek
beata beatka
bogdan bodzio
bozena bozenka
danuta danka
dariusz darek
dorota dorotka
elzbieta ela elka
ewa ewka
ewelina ewelinka
feliks felek
franciszek franek
grazyna grazynka
grzegorz grzesiek grzes
halina halinka
henryk heniek
irena irka
jacek jacus
jakub kuba
jaroslaw jarek
jerzy jurek
jozef jozek
justyna justynka
karolina karola
kazimierz kazik
krystyna krysia
leszek lesio
lucja lusia
lukasz lukaszek
maciej maciek
marcin marcinek
mariusz mariuszek
marek mareczek
mateusz mati mateuszek
michal michalek misiek
mieczyslaw mietek
miroslaw mirek
natalia natalka
pawel pawelek
przemyslaw przemek
radoslaw radek
roman romek roma
ryszard rysiek
slawomir slawek
stanislawa stasia
stefan stefek steffe
urszula ula
waclaw wacek
waldemar waldek
wladyslaw wladek
wlodzimierz wlodek
zbigniew zbyszek
zdzislaw zdzisiek
zdzislawa zdzisia
zofia zosia
zygmunt zygmus
birger bigge
bengt benke
bjorn bjorne
carl calle kalle
charlotta lotta
elisabet lisa lisbet elsa
fredrik fredde frippe
gunnar gurra
gustaf gurra gusten
johan jojje janne
jonas jonte
karin kajsa carina
kerstin kicki kickan
kristina stina kicki
kristofer krille christoffer
lennart lelle
linnea linn
margareta greta maggan
mikael micke
olof olle olav ola
oskar ogge
patrik putte
rikard ricke
torbjorn tobbe
ahmet ahmed amed
ayse aysecik aysel
emine emis
fatma fatos
hasan haso
hatice hatce
huseyin huso hussein
ismail isko smail
mehmet memo memet memis
murat muro
nazli naz
omer omis
osman osmo
suleyman sulo
sukru suko
yusuf joseph youssef yousef joe
zeynep zeyno
ivan vanya vanka vanechka
aleksandr sasha sanya shura alex
alla allochka
anatoly tolya tolik anatoliy
andrei andryusha andrey
anton antosha
boris borya
daria dasha darya
denis den
elizaveta liza
evgenia zhenya evgeniya
galina galya
gennady gena gennadiy
georgy gosha zhora georgiy
grigory grisha grigoriy grigori
ignat ignasha
igor igorek gosha
ilya ilyusha
kirill kirya
ksenia ksyusha ksenya kseniya
larisa lara
leonid lyonya lenya
lev lyova leva
lyubov lyuba
lydia lida lidiya
maksim max maks
marina marinka
mikhail misha mishka
nadezhda nadya
natalya natasha nata tasha natalia nataliya
nikita nikitka
nikolai kolya nikolay
nina ninochka
oksana ksyusha
oleg olezhka
pavel pasha pavlik
polina polya
stanislav stas
stepan styopa
svetlana sveta lana
tamara toma
timofei tima timofey
vadim vadik
valentin valya
valery valera valeriy
vasily vasya vasiliy
viktoria vika viktoriya
vitaly vitalik vitaliy
vladislav vlad
vyacheslav slava
yana yanochka
yaroslav yarik slava
yuri yura yuriy
yulia yulya julia yuliya iuliia yulka
zhanna zhannochka
zinaida zina
zoya zoika
aikaterini katerina katina kaiti
anastasios tasos
andreas andrikos
antonios antonis
apostolos tolis
athanasios thanasis nasos sakis
athina nana
charalampos babis lampis
christos chris christakis
konstantina dina ntina
despina depy
dimitra mimi dimitroula
efstathios stathis
eftychia efi
eleni lena lenio elenitsa
emmanouil manolis manos
evangelia litsa eva evi lia vangelio eyaggelia euangelia
evangelos vangelis aggelos vaggelis
georgia gogo
grigorios grigoris
ilias elias
ioanna gianna
michail michalis
nikolaos nikos nikolas
panagiota giota yota
paraskevi voula evi vivi
pavlos pavlis
petros petrakis
polyxeni xenia
sotirios sotiris
spyridon spyros
stefanos stef
stylianos stelios
styliani stella
theodoros thodoros thodoris theo thodorakis
theodora dora roula
vasiliki vaso vasoula vicky
vasilios vasilis
xenia xeni
zoi zoitsa
abdulrahman abdul rahman
khalid khaled
maryam mariam miriam
muhammad mohammed mohamed hamada mo moh mohammad
zaynab zainab zaina
"""


def _table() -> dict[str, frozenset[str]]:
    table = defaultdict[str, set[str]](set)
    for line in _NAMES.strip().splitlines():
        forms = line.split()
        for form in forms:
            # Two familiar forms of different names have nothing in common: each goes by its own lines.
            table[form] |= {*forms} - {form}
    return {form: frozenset(others) for form, others in table.items()}


NICKNAMES: Final = _table()
