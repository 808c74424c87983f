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
edward ed eddie ted teddy ned eduard edi eduardo edu
thomas tom tommy tomas thommy
michael mike mick micky mickey mikey michi michel miguel misha mikhail
daniel dan danny dani
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
walter walt wally
vincent vince vinnie vicente vincenzo enzo
victor vic vittorio viktor
raymond ray ramon moncho
arthur art artie arturo
albert al bert bertie alberto beto
alfred alf fred alfie alfredo
herbert herb bert
norbert bert
hubert bert
theodore ted teddy theo theodor
ernest ernie ernst ernesto
bernard bernie bernhard bernd bernardo
louis lou louie ludwig wiggerl luis lucho lutz luigi gigi
lucas luke lukas luca luc
martin marty martl tin
marcus mark markus marc marco marcos
maximilian max maxi
sebastian basti seb bastian wastl bas
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
konstantin kosta konsti costa
emmanuel manu manny manuel manolo manel
rafael rafa raphael rafi
ignacio nacho inaki
salvador salva
santiago santi diego
guadalupe lupe
mercedes merche
dolores lola
rosario charo
pilar pili
consuelo chelo
concepcion concha conchita
isabel isa bel ysabel
jesus chus chuy
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
elisabeth sissi liesl lisl elise lili lilli lilly elsa betti lisa eliza liz beth betty
margaret maggie meg peggy marge margie madge greta daisy rita margarete margarita margot
margarete gretel grete gretchen greta rita marga margot margarita margaret maggie meg
katherine katharina catherine catarina katarina catalina kathrin kate katie kathy kat kay kitty kit cathy
katharina kate katie kathi kati katja kat kathy kathrin katarina cata trine katrin
catherine cathy cat kate katie kathy catarina catalina
catalina cata lina
mary molly polly mae maria mia marie mimi mitzi marion mizzi maruja mari masha
susan sue susie suzy susanne susi sanne susanna suzanne susana
sarah sally sara sadie
patricia pat patty tricia trish patti patrizia
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
emily em emmy emilia milly
emma em emmy
amelia amy millie
abigail abby gail
angela angie angelika geli angelina
anna annie anni ann anne ania anya anja nan nancy anika annika anita hanna hannah aenne
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
jacqueline jackie jacky
janet jan
joanna jo joan johanna hanna hanni juana joana
josephine jo josie josefine josefa fina pepa sefa
judith judy jude
julia jule julie jules juli julchen giulia yulia
juliane jule juli
kimberly kim
laura laurie lauri lala
leonora leo
lucy lou lucia luci lucie luz
louise lou lulu luise luisa
madeleine maddy maddie magda madlen magdalena lena leni
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
roberta bobbie
rosemary rosie rose rosemarie
sandra sandy
sabine bine
sofia sophie sofie sophia sofi sonya sonja
stephanie steph steffi stefanie estefania stefania
theresa terry tess tessa therese resi reserl
ursula ursel uschi ulla
valerie val
waltraud traudl
winifred winnie
yvonne vonnie
zachary zach zack
aleksei alyosha alexey alexei lyosha aleksey alexej
dmitri dima mitya dmitry dmitrij dimitri
evgeny zhenya evgeni yevgeny
vladimir vova volodya vlad
fyodor fedor feodor fedya
semyon semen
pyotr petr peter piotr petya
alyona alena
artyom artem
sergei seryozha sergey serge
olga olya
tatiana tanya tania tatyana
irina ira
ekaterina katya katia
elena lena alyona
anastasia nastya stacy ana
ludmila lyuda mila
konstantinos kostas
dimitrios dimitris mitsos
georgios giorgos yorgos
ioannis giannis yannis
panagiotis panos takis
mohammed mo mohamed muhammad mohammad
ibrahim ibo brahim
mustafa musti
abdullah abdul
fatima fatma
francoise fanny
veronique vero
dominique domi
frederique fred
jeanne jeannette jeanette
agnieszka aga
malgorzata gosia
katarzyna kasia
aleksandra ola
joanna asia
barbara basia
jan janek jas
piotr piotrek
tomasz tomek
krzysztof krzysiek
wojciech wojtek
stanislaw staszek
magnus mange
lars lasse
henrik henke
birgitta gitta britta
cornelis kees
jacobus koos
gerrit gert
hendrik henk
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
