"""The institutions of the town: one file, one class, one table of a scenario each."""

from glasstown.core.mechanism import Mechanism
from glasstown.mechanisms.appeal import Appeal
from glasstown.mechanisms.authority import Authority
from glasstown.mechanisms.cameras import Cameras
from glasstown.mechanisms.climate import Climate
from glasstown.mechanisms.conduct import Conduct
from glasstown.mechanisms.courtship import Courtship
from glasstown.mechanisms.denunciation import Denunciation
from glasstown.mechanisms.detention import Detention
from glasstown.mechanisms.expiry import Expiry
from glasstown.mechanisms.firewall import Firewall
from glasstown.mechanisms.gaming import Gaming
from glasstown.mechanisms.grid import Grid
from glasstown.mechanisms.lifecourse import Lifecourse
from glasstown.mechanisms.lists import Lists
from glasstown.mechanisms.livelihood import Livelihood
from glasstown.mechanisms.norms import Norms
from glasstown.mechanisms.opinion import Opinion
from glasstown.mechanisms.prediction import Prediction
from glasstown.mechanisms.privileges import Privileges
from glasstown.mechanisms.realname import Realname
from glasstown.mechanisms.registry import Registry
from glasstown.mechanisms.score import Score
from glasstown.mechanisms.solidarity import Solidarity

CATALOG: dict[str, type[Mechanism]] = {
    "conduct": Conduct,
    "opinion": Opinion,
    "climate": Climate,
    "norms": Norms,
    "solidarity": Solidarity,
    "livelihood": Livelihood,
    "courtship": Courtship,
    "lifecourse": Lifecourse,
    "gaming": Gaming,
    "cameras": Cameras,
    "realname": Realname,
    "firewall": Firewall,
    "denunciation": Denunciation,
    "registry": Registry,
    "score": Score,
    "lists": Lists,
    "prediction": Prediction,
    "grid": Grid,
    "detention": Detention,
    "authority": Authority,
    "privileges": Privileges,
    "expiry": Expiry,
    "appeal": Appeal,
}
"""Every institution by the name of its table, in the order in which they are told."""

__all__ = ["CATALOG"]
