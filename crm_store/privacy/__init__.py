"""What the law lets customers ask for: everything that is kept of them, and that none of it is kept (G7)."""

from crm_store.privacy.erasing import Erased, erase_customer
from crm_store.privacy.exporting import Exported, FolderInUse, export_customer

__all__ = ["Erased", "Exported", "FolderInUse", "erase_customer", "export_customer"]
