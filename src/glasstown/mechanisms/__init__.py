"""The institutions of the town: one file, one class, one table of a scenario each."""

from glasstown.core.mechanism import Mechanism
from glasstown.mechanisms.anonymity import Anonymity
from glasstown.mechanisms.appeal import Appeal
from glasstown.mechanisms.audit import Audit
from glasstown.mechanisms.authority import Authority
from glasstown.mechanisms.cameras import Cameras
from glasstown.mechanisms.children import Children
from glasstown.mechanisms.climate import Climate
from glasstown.mechanisms.conduct import Conduct
from glasstown.mechanisms.courtship import Courtship
from glasstown.mechanisms.denunciation import Denunciation
from glasstown.mechanisms.detention import Detention
from glasstown.mechanisms.expiry import Expiry
from glasstown.mechanisms.firewall import Firewall
from glasstown.mechanisms.gaming import Gaming
from glasstown.mechanisms.grid import Grid
from glasstown.mechanisms.legitimacy import Legitimacy
from glasstown.mechanisms.lifecourse import Lifecourse
from glasstown.mechanisms.lists import Lists
from glasstown.mechanisms.livelihood import Livelihood
from glasstown.mechanisms.no_contagion import NoContagion
from glasstown.mechanisms.norms import Norms
from glasstown.mechanisms.opinion import Opinion
from glasstown.mechanisms.prediction import Prediction
from glasstown.mechanisms.private_score import PrivateScore
from glasstown.mechanisms.privileges import Privileges
from glasstown.mechanisms.proportionality import Proportionality
from glasstown.mechanisms.realname import Realname
from glasstown.mechanisms.registry import Registry
from glasstown.mechanisms.review import Review
from glasstown.mechanisms.score import Score
from glasstown.mechanisms.separation import Separation
from glasstown.mechanisms.solidarity import Solidarity
from glasstown.mechanisms.warrant import Warrant

CATALOG: dict[str, type[Mechanism]] = {
    "conduct": Conduct,
    "opinion": Opinion,
    "climate": Climate,
    "norms": Norms,
    "solidarity": Solidarity,
    "livelihood": Livelihood,
    "legitimacy": Legitimacy,
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
    "review": Review,
    "warrant": Warrant,
    "anonymity": Anonymity,
    "separation": Separation,
    "no_contagion": NoContagion,
    "private_score": PrivateScore,
    "children": Children,
    "proportionality": Proportionality,
    "audit": Audit,
}
"""Every institution by the name of its table, in the order in which they are told."""

__all__ = ["CATALOG"]
