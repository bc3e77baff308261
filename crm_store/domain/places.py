"""The districts of Bangladesh and some towns: their Bengali names and, to some kilometres, where they lie.

And the neighbourhoods that nobody looks for in another city.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final


@dataclass(frozen=True)
class Place:
    """A town; `name` is the English name that the entity `city` carries."""

    name: str
    name_bn: str
    latitude: float
    longitude: float


_TABLE: Final = """
Dhaka|ঢাকা|23.76|90.39
Faridpur|ফরিদপুর|23.61|89.84
Gazipur|গাজীপুর|24.00|90.42
Gopalganj|গোপালগঞ্জ|23.01|89.83
Kishoreganj|কিশোরগঞ্জ|24.44|90.78
Madaripur|মাদারীপুর|23.17|90.20
Manikganj|মানিকগঞ্জ|23.86|90.00
Munshiganj|মুন্সীগঞ্জ|23.54|90.53
Narayanganj|নারায়ণগঞ্জ|23.62|90.50
Narsingdi|নরসিংদী|23.92|90.72
Rajbari|রাজবাড়ী|23.76|89.65
Shariatpur|শরীয়তপুর|23.21|90.35
Tangail|টাঙ্গাইল|24.25|89.92
Chattogram|চট্টগ্রাম|22.35|91.82
Cox's Bazar|কক্সবাজার|21.44|91.98
Bandarban|বান্দরবান|22.20|92.22
Rangamati|রাঙ্গামাটি|22.65|92.17
Khagrachhari|খাগড়াছড়ি|23.11|91.98
Brahmanbaria|ব্রাহ্মণবাড়িয়া|23.96|91.11
Chandpur|চাঁদপুর|23.23|90.66
Cumilla|কুমিল্লা|23.46|91.18
Feni|ফেনী|23.02|91.40
Lakshmipur|লক্ষ্মীপুর|22.94|90.83
Noakhali|নোয়াখালী|22.87|91.10
Bogura|বগুড়া|24.85|89.37
Joypurhat|জয়পুরহাট|25.10|89.02
Naogaon|নওগাঁ|24.80|88.94
Natore|নাটোর|24.41|88.98
Chapainawabganj|চাঁপাইনবাবগঞ্জ|24.59|88.27
Pabna|পাবনা|24.00|89.24
Rajshahi|রাজশাহী|24.37|88.60
Sirajganj|সিরাজগঞ্জ|24.45|89.70
Bagerhat|বাগেরহাট|22.66|89.79
Chuadanga|চুয়াডাঙ্গা|23.64|88.85
Jashore|যশোর|23.17|89.21
Jhenaidah|ঝিনাইদহ|23.54|89.17
Khulna|খুলনা|22.82|89.55
Kushtia|কুষ্টিয়া|23.90|89.12
Magura|মাগুরা|23.49|89.42
Meherpur|মেহেরপুর|23.76|88.63
Narail|নড়াইল|23.17|89.50
Satkhira|সাতক্ষীরা|22.72|89.07
Barguna|বরগুনা|22.15|90.11
Barishal|বরিশাল|22.70|90.37
Bhola|ভোলা|22.69|90.65
Jhalokathi|ঝালকাঠি|22.64|90.20
Patuakhali|পটুয়াখালী|22.36|90.33
Pirojpur|পিরোজপুর|22.58|89.97
Habiganj|হবিগঞ্জ|24.37|91.41
Moulvibazar|মৌলভীবাজার|24.48|91.77
Sunamganj|সুনামগঞ্জ|25.07|91.40
Sylhet|সিলেট|24.90|91.87
Dinajpur|দিনাজপুর|25.63|88.64
Gaibandha|গাইবান্ধা|25.33|89.53
Kurigram|কুড়িগ্রাম|25.81|89.64
Lalmonirhat|লালমনিরহাট|25.92|89.45
Nilphamari|নীলফামারী|25.93|88.86
Panchagarh|পঞ্চগড়|26.34|88.55
Rangpur|রংপুর|25.75|89.25
Thakurgaon|ঠাকুরগাঁও|26.03|88.46
Jamalpur|জামালপুর|24.92|89.95
Mymensingh|ময়মনসিংহ|24.75|90.40
Netrokona|নেত্রকোণা|24.88|90.73
Sherpur|শেরপুর|25.02|90.02
Tongi|টঙ্গী|23.89|90.40
Savar|সাভার|23.85|90.26
Bhairab|ভৈরব|24.05|90.98
Saidpur|সৈয়দপুর|25.78|88.90
Sreemangal|শ্রীমঙ্গল|24.31|91.73
"""

# By city. Names that several towns have (New Market, Cantonment) or that lie at a city's edge are not here.
_NEIGHBOURHOODS: Final = """
Dhaka|Dhanmondi Gulshan Banani Uttara Mirpur Mohammadpur Bashundhara Khilgaon Badda Baridhara Farmgate Tejgaon
Dhaka|Motijheel Paltan Malibagh Moghbazar Rampura Banasree Shyamoli Adabor Kallyanpur Gabtoli Pallabi Kazipara
Dhaka|Shewrapara Agargaon Mohakhali Niketan Nikunja Khilkhet Jatrabari Lalbagh Azimpur Kalabagan Lalmatia
Dhaka|Panthapath Shahbagh Basabo Mugda Kamalapur
Chattogram|Agrabad Halishahar Khulshi Panchlaish GEC
"""


@cache
def _places() -> Mapping[str, Place]:
    return {place.name: place for place in map(_place, _TABLE.strip().splitlines())}


def _place(line: str) -> Place:
    name, name_bn, latitude, longitude = line.split("|")
    return Place(name, name_bn, float(latitude), float(longitude))


def find_place(name: str | None) -> Place | None:
    """The place with this English name, if it is on the list."""
    return _places().get(name) if name else None


@cache
def _cities() -> Mapping[str, str]:
    lines = (line.split("|") for line in _NEIGHBOURHOODS.strip().splitlines())
    return {area: city for city, areas in lines for area in areas.split()}


def city_of(area: str | None) -> str | None:
    """The city of a neighbourhood ("Gulshan 2"), if the name can mean no other; None: better asked."""
    return _cities().get((area or "").rstrip("0123456789 -"))
