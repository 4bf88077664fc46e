from ui.media import MediaStore


def test_bytes_come_back_by_their_address_only():
    store = MediaStore()
    address = store.put(b"sound", "audio/wav")
    token = address.removeprefix("media/")
    assert store.get(token).data() == b"sound"
    assert store.get(token).media_type == "audio/wav"
    assert store.get("x") is None


def test_addresses_are_long_random_and_never_the_same():
    store = MediaStore()
    addresses = {store.put(b"same", "audio/wav") for _ in range(100)}
    assert len(addresses) == 100
    assert all(len(address) == len("media/") + 22 for address in addresses)  # 128 bits


def test_what_is_dropped_is_gone_and_dropping_twice_is_no_error():
    store = MediaStore()
    address = store.put(b"sound", "audio/wav")
    for _ in range(2):
        store.drop([address])
    assert store.get(address.removeprefix("media/")) is None


def test_the_longest_unused_goes_first_when_it_is_full():
    store = MediaStore(max_bytes=30)
    tokens = [store.put(bytes(10), "x").removeprefix("media/") for _ in range(3)]
    store.get(tokens[0])
    store.put(bytes(10), "x")
    assert store.get(tokens[0]) is not None
    assert store.get(tokens[1]) is None


def test_what_is_made_later_is_made_once_when_it_is_fetched():
    store, made = MediaStore(), []
    address = store.put_later(lambda: made.append(1) or b"zip", "application/zip", filename="a.zip")
    assert made == []
    for _ in range(2):
        medium = store.get(address.removeprefix("media/"))
        assert (medium.data(), medium.filename) == (b"zip", "a.zip")
    assert made == [1]


def test_what_can_no_longer_be_made_is_not_there():
    store = MediaStore()
    assert store.get(store.put_later(lambda: None, "x").removeprefix("media/")) is None


def test_what_is_not_made_yet_takes_no_room_and_is_kept():
    store = MediaStore(max_bytes=30)
    later = store.put_later(lambda: bytes(10), "x").removeprefix("media/")
    for _ in range(10):
        store.put(bytes(10), "x")
    assert store.get(later).data() == bytes(10)
