package ticket

// The ten languages beside English: German, Dutch, Danish, Norwegian, Swedish,
// Finnish, French, Spanish, Italian and Portuguese. Spellings are folded: lower
// case, no accents.

// monthNames holds the spellings of each month, January first.
var monthNames = [12]string{
	"january jan januar januari jaenner janner tammikuu tammikuuta tammi janvier janv enero ene gennaio genn gen janeiro",
	"february feb febr februar februari helmikuu helmikuuta helmi fevrier fevr fev febrero febbraio febb fevereiro",
	"march mar marz maerz mrz maart mrt marts mars maaliskuu maaliskuuta maalis marzo marco",
	"april apr avril avr abril abr aprile huhtikuu huhtikuuta huhti",
	"may mai mei maj mayo maggio mag maio toukokuu toukokuuta touko",
	"june jun juni juin junio giugno giu junho kesakuu kesakuuta kesa",
	"july jul juli juillet juil julio luglio lug julho heinakuu heinakuuta heina",
	"august aug augustus augusti aout agosto elokuu elokuuta elo",
	"september sep sept septembre septiembre setiembre settembre sett setembro syyskuu syyskuuta syys",
	"october oct oktober okt octobre octubre ottobre ott outubro lokakuu lokakuuta loka",
	"november nov novembre noviembre novembro marraskuu marraskuuta marras",
	"december dec dezember dez desember des decembre diciembre dic dicembre dezembro joulukuu joulukuuta joulu",
}

// weakMonths are months that are words of their own too; they count only
// behind the number of a day.
var weakMonths = [12]string{2: "", 7: "ago", 8: "set", 9: "out"}

// weekdayNames holds the spellings of each weekday, Sunday first.
var weekdayNames = [7]string{
	"sunday sun sonntag zondag zon sondag sunnuntai sunnuntaina dimanche dim domingo dom domenica",
	"monday mon montag maandag mandag mandags maandags maanantai maanantaina lundi lun lunes lunedi segunda seg segunda-feira",
	"tuesday tue tues dienstag dinsdag tirsdag tisdag tiistai tiistaina mardi martes martedi terca ter terca-feira",
	"wednesday wed weds mittwoch woensdag onsdag keskiviikko keskiviikkona mercredi miercoles mie mercoledi quarta qua quarta-feira",
	"thursday thu thur thurs donnerstag donderdag torsdag torstai torstaina jeudi jeu jueves jue giovedi gio quinta qui quinta-feira",
	"friday fri freitag vrijdag fredag perjantai perjantaina vendredi ven viernes vie venerdi sexta sex sexta-feira",
	"saturday sat samstag sonnabend zaterdag lordag lauantai lauantaina samedi sam sabado sab sabato",
}

// shortWeekdays are abbreviations that count only right before a date.
var shortWeekdays = [7]string{
	"so zo su son", "mo ma man", "di ti tir tirs tis mar", "mi wo ke ons mer", "do to tor tors", "fr vr pe fre", "sa za la lor",
}

// relativeDays holds the words for a day by its distance from today.
var relativeDays = map[int]string{
	-1: "yesterday gestern gisteren igar eilen hier ayer ieri ontem",
	0:  "today tonight heute vandaag tanaan aujourd'hui hoy oggi hoje idag",
	1:  "tomorrow tmrw tmr tomorow morgen imorgen imorgon huomenna demain manana domani amanha",
	2:  "uebermorgen ubermorgen overmorgen overimorgen overmorgon ylihuomenna dopodomani apres-demain",
}

// wordsOf holds, for each class, the words of all languages that belong to it.
var wordsOf = map[class]string{
	isNext: "next coming upcoming following nachsten nachster nachste kommenden kommende kommender volgende komende neste naeste nasta " +
		"ensi prochain prochaine proximo proxima prossimo prossima que",
	isThis:  "this diesen dieser deze dit denne tana ce cette este esta questo questa",
	isUntil: "to until till til tils through thru bis tot hasta ate fino jusqu jusque jusqu'a asti a al alle an au til' as untill upto",
	isOr:    "or oder of eller tai ou o oppure alternatively alternative alternatively, alternativ alternativt alternativement either else otherwise",
	isAnd:   "and und en og och ja et y e plus & then also",
	isAt:    "at um kl klo klokken klockan om alle ora ore las around about approx approximately ca circa @ vers",
	isOn:    "on am den op pa le el il em der del de do of the du dia",
	isFrom: "from between von zwischen van tussen fra mellem mellom fran mellan de des desde entre da dalle tra das since vom " +
		"ab kello starting start starts begin beginning beginn beginnt inicio inizio",
	isStart: "start starts starting begin begins beginning commence commencing beginn beginnt anfang inicio inizio debut begintijd starttime from von fra fran van desde da",
	isEnd:   "end ends ending finish finishes finishing until till ende endet einde slut loppu fin final fine termino endtime to bis til tot hasta stop",
	isClock: "h hr hrs hour hours uhr uur hod o'clock oclock heures ore horas klokken lt",
	isNoon:  "noon midday mittags middag",

	isMidnight: "midnight mitternacht middernacht midnatt midnat",
	isOrdinal:  "first 1st second 2nd third 3rd fourth fifth one two three",
	isSlot: "window windows slot slots option options time times timing date dates datetime schedule scheduled choice choices alternative alternatives " +
		"proposal proposals preference preferred prefered proposed timeslot timeslots timeframe period termin termine tid tidspunkt dato datum zeit zeiten zeitfenster " +
		"when w w1 w2 w3 win fenetre ventana finestra janela tijd aika fecha data ora hora backup fallback primary secondary alt opt nr number " +
		"maintenance execution requested request refresh earliest desired preferably suggested plage creneau creneaux tijdvak dates/times slot1 slot2 window1 window2 " +
		"option1 option2 vindu vinduer tidsvindu fonster tidsfonster forslag vorschlag vorschlaege vorschlage voorstel ikkuna date/time",
	isFiller: "please pls plz preferably ideally possible possibly if not that is isn't available works work work, us me we can be would could for our the a an in then " +
		"both days day same each respectively resp no second-choice otherwise not bitte else unless unavailable feasible suitable also any hours local following",

	isSource:   "source src origin quelle quell quellsystem quelldatenbank bron kilde kalla kalle lahde origen origine fonte origem sourcedb",
	isTarget:   "target tgt destination dest ziel zielsystem zieldatenbank doel doelomgeving mal maal kohde cible destino destinazione obiettivo alvo targetdb",
	isFromPrep: "from with using by off out via von aus mit vom van uit met fra med fran depuis avec desde con da dal dalla del com partir",
	isToPrep:   "to into onto over in on as nach auf zu zum naar op til inn till vers dans sur a al hacia en sobre su nel nella para em toward towards against",
	isRefresh: "refresh refreshed refreshing refreshes refreshment re-refresh refrsh refesh refreshe auffrischen auffrischung aktualisieren aktualisierung aktualisiert " +
		"verversen ververs ververst verversing opfriske opfrisket opfriskning opdatere oppfriske oppfrisking oppfrisket oppdatere uppdatera uppfriska rafraichir rafraichissement rafraichie " +
		"refrescar refresco refresque actualizar aggiornare aggiornamento refreshen atualizar atualizacao paivittaa paivitys",
	isCopy: "restore restored restoring restoration copy copied copying copies clone cloned cloning overwrite overwritten overwriting replace replaced replacing sync synced synchronise synchronize resync " +
		"mirror duplicate replicate load reload reloaded dump transfer export import push pull move bring kopieren kopie kopiert kopiere kopier kopioi kopioida kopiera kopieer copie copier copia copiar copiare restaurer restaurar ripristino ripristinare " +
		"wiederherstellen einspielen uberschreiben overskrive overskriv put populate rebuild",
	isSchema:   "schema schemas scheme schemaupdate schema-update schema-upgrade",
	isUpgrade:  "update updated updating updates upgrade upgraded upgrading upgrades uprade updgrade uplift bump aktualisieren oppgradering oppgradere opgradering opgradere uppgradera mise bijwerken",
	isDatabase: "database databases db dbs data databasen databank datenbank databas database's tietokanta base",
	isSystem:   "environment environments env envs system systems instance instances server site tenant umgebung omgeving miljo ymparisto environnement entorno ambiente copy area region",
	isKeep: "preserve preserved preserving preservation preserves keep keeping kept keeps retain retained retaining retention maintain maintained save saved leave untouched unchanged conserve stay remain intact " +
		"behalten erhalten beibehalten behouden bewaren beholde bevare behall behalla sailyta sailyttaa conserver garder conservar mantener mantenere conservare manter preservar presreve perserve perserved retian",
	isWipe: "overwrite overwritten overwriting replace replaced replacing wipe wiped touch touched change changed alter altered affect affected delete deleted remove removed discard discarded drop dropped erase erased lose lost " +
		"uberschreiben ersetzen overschrijven overskrive overskriv skriv ecraser remplacer sobrescribir reemplazar sovrascrivere sostituire substituir sobrescrever reset clear cleared",
	isNot:      "not don't dont do'nt doesn't doesnt isn't needn't never without w/o wont won't shouldn't nicht kein keine niet geen ikke inte ej ei pas sans sin non nao sem senza nein cannot cant can't",
	isUsers:    "user users userlist userinfo userid userids security logins login accounts account securitylist benutzer gebruikers gebruiker brukere brugere bruker anvandare kayttajat kayttajia utilisateurs usuarios utenti utilizadores user's users' user-info user-list preserveusers keepusers",
	isUnsure:   "maybe perhaps unsure depends dunno undecided unclear either whatever whichever vielleicht kanske peut-etre quizas forse talvez misschien ehka tbd tbc pending unknown possibly",
	isLatest:   "latest newest current last recent most up-to-date",
	isAnnounce: "as up point point-in-time restore snapshot backup state status pit looked stand back cut-off cutoff data daten copy",
	isLead:     "day in for pasado depois apres two one three an",
	isYes:      "yes y yep yeah yup yess ja jah jawohl jo joo kylla oui si sim sure affirmative correct yse jep true x",
	isNo:       "no n nope nah nein nee nej nei ei non nao negative false nop",
}

// roleWords holds the words for each role.
var roleWords = map[Role]string{
	Production: "production prod prd live produktion produktiv prod. productive produccion producao produzione produksjon tuotanto productie produktionen",
	Test:       "test tst testing testsystem testumgebung testdb testi prueba teste qa testmiljo testomgeving test-system testdatabase",
	UAT:        "uat acceptance acc",
	Training:   "training train trn trng schulung",
	Dev:        "dev development entwicklung sandbox",
	Preprod:    "preprod pre-prod preproduction pre-production staging stage stg",
}

// nameRoles are parts of names that mark them as an environment's, beside the
// role words themselves.
const nameRoles = "prod prd production live test tst testing uat train trn training dev development preprod pre staging stage stg qa sit sandbox sbx dr demo " +
	"golive migration mig int poc hotfix perf backup bkp copy old new"
