"""Words of time in German, Spanish, French, Portuguese and Italian: not read, but known for what they are.

Words that are English ones too (`once`, `due`, `six`, `mayo`, `tag`) are left out.
"""

from __future__ import annotations

from typing import Final

from core.quickadd.words import word_set

FOREIGN_DAYS: Final = word_set(
    "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag montags dienstags mittwochs donnerstags "
    "freitags samstags sonntags heute übermorgen uebermorgen "
    "lunes martes miércoles miercoles jueves viernes sábado sábados sabado hoy mañana "
    "lundi mardi mercredi jeudi vendredi samedi dimanche lundis mardis mercredis jeudis vendredis samedis dimanches "
    "aujourd'hui demain surlendemain après-demain apres-demain "
    "segunda-feira terça-feira terca-feira quarta-feira quinta-feira sexta-feira feira hoje amanhã amanha "
    "lunedì lunedi martedì martedi mercoledì mercoledi giovedì giovedi venerdì venerdi sabato oggi domani dopodomani"
)
"""Weekdays, and today and tomorrow: wherever one stands, it may say when."""

_MORE_DAYS: Final = word_set(
    "morgen manana domenica segunda terça terca quarta quinta sexta lendemain lun mié jeu ven fr"
)
_MONTHS: Final = word_set(
    "januar jänner februar märz maerz juni juli oktober dezember "
    "enero febrero marzo junio agosto septiembre setiembre octubre noviembre diciembre "
    "janvier février fevrier juin juillet juil août aout septembre octobre novembre décembre decembre déc "
    "janeiro fevereiro março marco maio junho julho setembro outubro novembro dezembro "
    "gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre"
)
_UNITS: Final = word_set(
    "sekunde sekunden minuten stunde stunden tage tagen woche wochen monat monate monaten jahr jahre jahren "
    "segundo segundos minuto minutos hora horas día días dia dias semana semanas mes meses año años "
    "seconde secondes heure heures jour jours semaine semaines mois année années ans "
    "mês ano anos giorno giorni settimana settimane mese mesi ora ore minuti secondi anno anni"
)
_NUMBERS: Final = word_set(
    "eins zwei drei vier fünf sechs sieben acht neun zehn zwölf zwanzig dreissig dreißig "
    "dos tres cuatro cinco siete ocho nueve diez doce quince veinte treinta "
    "deux trois quatre cinq sept huit neuf dix onze douze quinze vingt trente "
    "dois duas três quatro sete oito nove dez vinte trinta "
    "tre quattro cinque sette otto dieci undici dodici venti trenta"
)
_ORDINALS: Final = word_set(
    "erste ersten erster zweite zweiten zweiter dritte dritten dritter vierte vierten letzte letzten letzter nächste "
    "nächsten nächster kommende kommenden diesen dieser dieses primero primera tercero tercer tercera último "
    "última próximo próxima proximo proxima première deuxième troisième dernier dernière prochain prochaine "
    "primeiro primeira terceiro primo prima terzo ultimo ultima prossimo prossima"
)
_CLOCK: Final = word_set(
    "uhr halb viertel mittag mittags mitternacht abend abends nachmittag nachmittags vormittag vormittags morgens "
    "früh "
    "mediodía mediodia medianoche tarde noche madrugada "
    "midi minuit matin soir nuit après avant dans "
    "meio-dia meia-noite meia manhã manha noite "
    "mezzogiorno mezzanotte mattina pomeriggio sera notte"
)
FOREIGN: Final = frozenset().union(FOREIGN_DAYS, _MORE_DAYS, _MONTHS, _UNITS, _NUMBERS, _ORDINALS, _CLOCK)
"""Words that may say when, right beside something that does."""
FOREIGN_SMALL: Final = word_set("mars mai julio avril abril domingo domingos")
"""Words of time too, where they are written small: `2 mars`, `4 de julio`, not a planet or a person."""
FOREIGN_CAPITAL: Final = word_set("Mo Di Mi Do Fr Sa So")
"""German weekdays before a time of day, as they are written: `Do 15:00`."""
FOREIGN_AT: Final = word_set("um à às alle")
"""Words before a time of day, and no date: `um 10.10`."""
FOREIGN_JOINTS: Final = word_set(
    "de del da do das dos la las le les l el il lo los du des den der dem am im em no na en a à às al alle ao au aux e "
    "y et und o ou so um gegen circa zirka etwa ungefähr vers environ alentours verso dès"
)
"""Small words between two words of time."""
