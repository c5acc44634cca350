"""The Open Semantic Interchange (Apache Ossie) core specification, written and read.

Written as its version 0.2.0.dev0, the newest published draft; what it cannot carry stands in ``custom_extensions``
under our own vendor name, so that our own export reads back as the same definition.
"""

from scorecard.interop.osi.exporting import export
from scorecard.interop.osi.importing import convert

__all__ = ["convert", "export"]
