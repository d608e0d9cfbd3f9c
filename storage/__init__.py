"""What outlives a restart: one store per port of ``spaces/stores.py``, in SQL, over one :class:`Database`."""
