/**
 * Short forms and sister forms of given names in the languages of the importer, one group of names that one person may go by a line. A name
 * may stand in several groups. Made for Gridfolk from common knowledge.
 */
const GROUPS = `
abigail abby abbie gail
abraham abe bram
adelaide adele heidi
adrian ade adri
agnes nessie agi
albert al bert bertie albrecht
alexander alex alec alek sandy xander sasha aleksandr alexandre alessandro alejandro alexandr oleksandr sascha alistair olek
alexandra alex sandra sandy sasha lexi alessandra alejandra aleksandra
alfred al alf alfie fred freddie
alice ali alicia alison
amanda mandy manda
amelia amy millie emily
anastasia nastya stacy asya
andrew andy drew andreas andre andrea andres andrei andrey andrzej andrij
angela angie angelika
ann anna anne annie nan nancy anya hannah hanna anni annika anke anja ana nina
anthony tony antonio anton antoine ant antoni
antonia toni tonia antonella
archibald archie
arnold arnie arno
arthur art artie artur arturo
august gus augustus augustin
barbara barb barbie babs bobbie basia varvara
barnaby barney
bartholomew bart bartek
beatrice bea trixie beatrix beatriz
benjamin ben benny benji bennie benny
bernard bernie bernhard bernardo bernd
bernadette bernie
bradley brad
brian bryan
bridget biddy bridie birgit
calvin cal
cameron cam
carl karl carlo carlos karel charles
caroline carrie carol caro carolyn karoline carolina lina
cassandra cass cassie sandra
catherine cathy kate katie katherine kathryn kathy kat kitty kay cat katharina katrin kathrin kaethe katarina catarina caterina catalina ekaterina katya karin katja trina kathleen kathie
cecilia cecily cece celia
charles charlie chuck chas chaz karl carlos carlo
charlotte charlie lottie lotte carlotta
christian chris christiaan cristian kris
christina chris tina chrissy christine kristina kristin cristina christa christel kirsten
christopher chris kit topher christoph kris christophe cristobal krzysztof
clarence clare
clara clare claire klara
claudia claudie
clifford cliff
conrad konrad kurt
constance connie konstanze
cornelius con corny niel kees cor
cynthia cindy
daniel dan danny dani daniele daniil danilo
daniela dani danielle
david dave davey davide dawid
deborah debbie deb debra
denis dennis denny denise
derek rick dirk dieter dietrich
diana di diane
dominic dom nick dominik domenico domingo
donald don donnie
dorothy dot dotty dolly dora dorothea
douglas doug
edmund ed eddie ned
edward ed eddie ted teddy ned eduard eduardo edouard edoardo
edwin ed eddie
eleanor ellie nell nora elle elenor leonore eleonore
elizabeth liz lizzie beth betty bess eliza elise elisabeth betsy lisa libby lise elsa else elisabetta isabel lizbeth ella liesel lilly elspeth elisa
ellen nell ellie helen
emily em emmy emilia
emma em emmy
emmanuel manny emanuel manuel manu
eric erik rick erich
ernest ernie ernst ernesto
esther hester essie
ethan eth
eugene gene eugen eugenio evgeny yevgeny evgenij jewgeni zhenya
eve eva evie ewa evelyn
evelyn eve evie lyn
ferdinand ferdy fernando
florence flo flossie
frances fran fanny francie franziska francesca francoise franzi
francis frank fran franz francesco francisco francois frankie paco pancho
frank frankie franklin
franklin frank
frederick fred freddie freddy rick frederic friedrich fritz federico frederik frits fryderyk
gabriel gabe gab gabriele
gabriela gabi gaby gabrielle gabriele
gareth gary gaz
genevieve gen ginny
geoffrey geoff jeff jeffrey jeffery godfrey gottfried
george georgie georg georges jorge giorgio jorg joerg jurgen juergen jerzy yuri geordie
georgina georgie gina
gerald gerry jerry gerd gerhard gerard
gerard gerry jerry gerhard
gerhard gerd gert
gertrude trudy gertie gertrud
gilbert gil bert
giovanni gianni gio vanni john
giuseppe beppe pino peppe joseph
grace gracie
gregory greg gregor grzegorz grigory
gunter gunther guenter guenther
gustav gus
guillermo memo william
hans johannes hannes johann hansi jan
harold hal harry harald
harriet hattie harrie henrietta
heinrich heinz heiner henry hinrich
helen nell nellie lena elena helena helene ellen
henry harry hank hal henri enrico enrique heinrich hendrik henrik henk
herbert bert herb herbie
hermann herman armando
hubert hugh bert
hugh hughie hugo huw
humphrey huff
ian iain john
ignacio nacho
igor ihor
immanuel manny
ingrid inga inge
irene rena irina ira
isaac ike zac izaak
isabella bella izzy isabel isa isabelle belle ysabel
jack john jackie jacques
jacob jake jakob jacobo jaap jakub
jacqueline jackie jacqui
james jim jimmy jamie jem jaime jimmie jacques giacomo diego santiago
jane jenny janey janet jean joan jana
janet jan jenny
jason jay
jean jeanne joan
jeffrey jeff geoff
jennifer jen jenny jenn jennie
jeremy jerry jez jeremias
jerome jerry hieronymus
jessica jess jessie
joachim achim jochen jo jochim
joan joanie jo
joanna jo joann joanne johanna hanna
john jack johnny jon johnnie jan johannes johann juan jean giovanni joao ivan ian sean evan hans
jonathan jon john jonny jonathon nathan
jose pepe joseph
joseph joe joey jo josef jose giuseppe jozef yusuf josip sepp iosif
josephine jo josie josefine josephina
joshua josh
juan juanito john
judith judy jude jutta
julia julie jules juliana giulia
julian jules julien julius
julie jules
karen kari karin
katherine kate katie kathy kat
kenneth ken kenny
kimberly kim kimberley kimmy
konstantin kostya konny
lars laurentius lasse
laura laurie lori lora laure
lauren laurie loren
lawrence larry laurie lorenz lorenzo laurence laurent lars
leonard leo len lenny leonhard leonardo lennard
leopold leo poldi
lillian lily lil lillie liliana
linda lindy lin
lorraine lori
louis lou lewis louie ludwig luis luigi lewie
louise lou lulu luise luisa louisa
lucas luke luc luca lukas lukasz luka
lucy lucia luci lucie lucille
ludwig lutz
lydia liddy
madeleine maddie madeline madge magdalena lena maddy
magdalena lena magda leni
malcolm mal
manfred manni
manuel manolo manu
marcus mark marc markus marco marek
margaret maggie meg peggy marge margie greta rita margie marguerite margarete margarita margherita margot madge daisy gretchen grete margareta gretel malgorzata
maria mary marie mia mitzi mariya marija mariam miriam maryam maricarmen
mariana marian marianne
marilyn mary
marjorie marge margie
mark marc marcus
martha marty marta mattie
martin marty marten martijn
martina tina
mary marie maria molly polly mamie may mae miriam
mathilda tilly mattie matilda mathilde maud
matthew matt matty matthias mathias matteo mateo mathieu matthieu mateusz matthijs thijs
maurice mo moritz morris mauricio maurizio
maximilian max maxi massimiliano
maxine max
maxwell max
megan meg meggie
melanie mel
melissa mel lissa missy
melvin mel
michael mike mick micky mickey mikey mitch michel miguel michele mikhail misha michal mihail mykhailo mischa mikael mihai
michelle shelly mich michele michaela
mildred millie
mitchell mitch
mohammed muhammad mohamed mohammad mo mehmet muhammed mohamad mohd muhamed
monica mona monika
montgomery monty
morgan mo
mortimer mort morty
nancy nan ann
natalie nat natasha natalia natalya nathalie nataliya
nathan nat nate
nathaniel nat nate nathan
nicholas nick nicky nico nicolas niklas klaus nicola nikolaus nikolai nikolay claus nikola mikolaj colin niels nils mykola
nicole nicky nikki nicola nicolette
nigel nige
norbert bert
norman norm
oliver ollie olli oliviero
olivia liv livvy
olga olya
oscar oskar ozzie
oswald ozzie
otto ottmar
pamela pam
patricia pat patty trish tricia patti patrizia
patrick pat paddy patricio patrizio padraig
paul paolo pablo pavel pawel pol pavlo
paula pauline paola
penelope penny
percival percy
peter pete pedro pietro pierre petr pieter piet piotr petra petro pjotr per peer
petra peta
philip phil phillip pip philipp felipe filippo philippe
phyllis phyl
priscilla cilla prissy
rachel rae rach rahel raquel
rafael raphael rafa raffaele
ralph ralf rafe raul
ramon ray raymond
randolph randy randall
raymond ray raimund ramon
rebecca becky becca bec rebekka
reginald reg reggie reinhold
regina gina reggie
reinhard reinhardt
renate reni
richard rick dick rich ricky richie rico ricardo riccardo ryszard rickie
robert bob rob bobby robbie bert roberto robin bobbie rupert
roberta bobbie robbie
roderick rod roddy rick rodrigo
rodney rod
roger rog rodger ruediger
roland rolly rollo rolando orlando
rolf rudolf
ronald ron ronnie
rosalind ros roz
rose rosie rosa rosemary rosalie
rosemary rose rosie romy rosemarie
rudolf rudi rudy rodolfo rolf
russell russ rusty
ruth ruthie
salvatore toto sal tore salvador
samantha sam sammy
samuel sam sammy
sandra sandy alexandra
sarah sally sara sadie
sebastian seb bastian basti sebastien bas
sergei sergey sergio serge sergiy sergej serhii serhiy
sharon shaz sherry
sheila shelagh
sidney sid syd sydney
siegfried siggi sigi
sigmund siggi zygmunt
simon si simone simeon szymon
sofia sophie sophia zofia sofie sonja sonya
stanislav stan slava stanislaw
stanley stan
stephanie steph stefanie steffi stefania stevie
stephen steve steven stevie stefan stephan stefano esteban etienne szczepan stepan
stuart stu stewart
susan sue susie suzy susanna suzanne susanne sanna zuzanna
sylvester sly silvester
sylvia silvia sylvie
tabitha tabby
tamara tammy toma
tatiana tanya tania tatjana tetiana
terence terry terrence
teresa terry tess tessa theresa therese resi teri
theodore ted teddy theo theodor fyodor fedor
theresa terry tess tessa resi
thomas tom tommy tomas tommaso thom tomasz
timothy tim timmy timo timotheus
tobias toby tobi tobiah
ursula uschi ulla
valentina val valya
valerie val
vanessa nessa
veronica ronnie vera roni veronika
victor vic viktor vittorio
victoria vicky tori vic viktoria vikki vittoria
vincent vin vince vinny vinzenz vincenzo vicente
virginia ginny ginger
vivian viv
vladimir vlad volodya vova wladimir volodymyr
vladislav vlad slava
waldemar volodymyr vladimir
walter wally walt walther gualtiero
wendy gwendolyn gwen
wilfred will wilf fred wilfried
wilhelm willi willy wilhelmus helmut
wilhelmina mina minna willa billie
william bill will billy willie liam wilhelm guillaume guillermo guglielmo willem wim
winifred winnie freda
wolfgang wolf wolfi
yuri jurij george
yvonne evie
zachary zac zach zack
gwendolyn gwen
karl-heinz kalle
kristopher kris
ekaterina katya katia
dmitri dima dmitry dmitrij mitya dmytro
evgenia zhenya
boris borya
yelena elena lena helena
lyudmila lyuda ludmila mila
nadezhda nadia nadya nadja
oksana ksenia xenia
aisha ayesha aicha
ahmed ahmad achmed ahmet
ali aly
hussein hussain husain hossein huseyin
hassan hasan
yusuf yousef youssef yosef joseph
ibrahim abraham
omar umar
osama usama
fatima fatma fatemeh
khaled khalid
abdullah abdallah
`;

const groupsByName: ReadonlyMap<string, readonly number[]> = index();

function index(): Map<string, number[]> {
  const found = new Map<string, number[]>();
  GROUPS.trim()
    .split("\n")
    .forEach((line, group) => {
      for (const name of line.split(" ")) {
        const groups = found.get(name);
        if (groups === undefined) found.set(name, [group]);
        else if (!groups.includes(group)) groups.push(group);
      }
    });
  return found;
}

/** Whether one person may go by both given names, each one plain word. */
export function areForms(a: string, b: string): boolean {
  const groups = groupsByName.get(a);
  if (groups === undefined) return false;
  return groupsByName.get(b)?.some((group) => groups.includes(group)) ?? false;
}

/** What stands for all forms of a name when records are looked up: its first group's first name, else the name itself. */
export function groupOf(name: string): string {
  const group = groupsByName.get(name)?.[0];
  return group === undefined ? name : `~${group}`;
}
