"""What they say to each other: topics, each with what is asked, answered and said then."""

from dataclasses import dataclass
from functools import cached_property

from chat.history.terms import joined, terms_of


@dataclass(frozen=True)
class Saying:
    """With what the history finds it by, read once."""

    text: str

    @cached_property
    def folded(self) -> str:
        return joined([self.text])

    @cached_property
    def terms(self) -> str:
        return " ".join(sorted(terms_of(self.folded)))


PRODUCTS = ("СФЕРА.Видео", "СФЕРА.Почта", "СФЕРА.Календарь", "СФЕРА.Вход", "СФЕРА.Диск")
VERSIONS = ("4.10", "4.11", "4.12", "5.0")

_ASKED = (
    "Здравствуйте! После обновления до {version} не открывается {product}, ошибка 0x8007{code}",
    "Добрый день. В {product} у трёх сотрудников пропал звук, остальные слышат друг друга",
    "Не приходит письмо со ссылкой для входа, проверили спам. {product} {version}",
    "Подскажите, какие порты открыть для {product}? Межсетевой экран режет 5349",
    "{product} {version} очень медленно грузит список, минуты по две",
    "Нужно перенести лицензии с прежнего сервера, номер СФ-{code}",
    "Календарь показывает встречи на час позже, чем назначено",
    "Сервер каталога не отвечает, никто не может войти",
    "Как выгрузить журнал за прошлый месяц? В {product} кнопки не вижу",
    "Хотим добавить ещё {code} рабочих мест, как это оформить?",
)
_ANSWERED = (
    "Здравствуйте! Смотрю ваш вопрос, пару минут.",
    "Уточните, пожалуйста, версию: она внизу окна «О программе».",
    "Похоже на известную ошибку {version}, исправление уже собрано.",
    "Откройте на межсетевом экране порт 5349/tcp и проверьте ещё раз.",
    "Очистите кэш: «Настройки» → «Диагностика» → «Очистить», затем войдите заново.",
    "Вижу в журнале код {code}: не хватает прав у служебной учётной записи.",
    "Отправил инструкцию, там по шагам со снимками.",
    "Зарегистрирую заявку, о решении напишем сюда же.",
    "Передаю коллегам второго уровня, они видят всю переписку.",
    "Проверили на своём стенде с {product} {version}: повторяется, чиним.",
    "Подождите минуту, пожалуйста, проверяю настройки.",
)
_WENT_ON = (
    "Сейчас попробую",
    "Версия {version}, Astra Linux",
    "Сделали, не помогло. Код тот же: {code}",
    "Так и знал, что дело в правах",
    "А без перезапуска можно? У нас сейчас совещание",
    "Получилось у двоих из трёх",
    "Пришлю снимок чуть позже",
    "Да, это наш сервер, доступ есть только у меня",
    "Попросил коллегу, он проверяет",
    "Понял, жду",
)
_THANKED = (
    "Всё заработало, спасибо!",
    "Спасибо, помогли быстро",
    "Хорошо, будем ждать решения по заявке",
    "Спасибо, вопрос закрыт",
)
_NOTED = (
    "Третий такой случай за неделю, похоже на {version}.",
    "Доступ у клиента только после 11:00, звонить позже.",
    "Проверить вместе с журналом кластера, код {code}.",
)


def _filled(lines: tuple[str, ...]) -> list[Saying]:
    """Each in some variants: so many that they do not read as one, so few that each is indexed
    once.
    """
    found = {
        line.format(product=product, version=version, code=1000 + 7 * number)
        for line in lines
        for number, (product, version) in enumerate((p, v) for p in PRODUCTS for v in VERSIONS)
    }
    return [Saying(text) for text in sorted(found)]


ASKED, ANSWERED, WENT_ON = _filled(_ASKED), _filled(_ANSWERED), _filled(_WENT_ON)
THANKED, NOTED = _filled(_THANKED), _filled(_NOTED)

SUBJECTS = (
    "Нет звука у удалённых участников",
    "Не приходят письма",
    "Ошибка входа после обновления",
    "Перенос лицензий",
    "Медленный список",
)
COMMENTS = (
    "Нашли причину за семь минут",
    "Спасибо, терпеливо объяснили дважды",
    "Помогли, но пришлось долго ждать",
    "Всё по делу",
    "Ответа так и не получил",
)
FIRST_NAMES = ("Марина", "Ольга", "Анна", "Ирина", "Елена", "Татьяна", "Дарья", "Наталья")
SURNAMES = (
    *("Орлова", "Назарова", "Бессонова", "Лаптева", "Ефремова", "Сафонова", "Громова", "Тарасова"),
    *("Волкова", "Зайцева", "Павлова", "Семёнова", "Голубева", "Виноградова", "Белова", "Киселёва"),
)
MALE_NAMES = ("Сергей", "Илья", "Пётр", "Кирилл", "Андрей", "Олег", "Тимур", "Фёдор")
ORGANISATIONS = ("Волга-Логистик", "Ладога-Маш", "Сервис-Юг", "Уралэнергоснаб", "Амур-Строй")


@dataclass(frozen=True)
class Page:
    title: str
    path: str

    @property
    def url(self) -> str:
        return f"https://sphaera.example{self.path}"


PAGES = (
    Page("Личный кабинет", "/лк/"),
    Page("Счета", "/лк/счета/"),
    Page("Лицензии", "/лк/лицензии/"),
    Page("Настройка портов", "/docs/video/ports/"),
    Page("Что нового в 4.12", "/docs/news/4.12/"),
    Page("Загрузки", "/загрузки/"),
)
REFERRERS = ("", "", "", "https://yandex.ru/search/?text=сфера+видео+порты", "https://ya.ru/")
_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 YaBrowser/26.10.0.0"
BROWSERS = (
    f"Mozilla/5.0 (X11; Astra Linux 1.8; Linux x86_64) {_WEBKIT} Safari/537.36",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0",
    f"Mozilla/5.0 (Linux; Android 17; K) {_WEBKIT} Mobile Safari/537.36",
)
SCREENS = ("1920x1080", "1366x768", "2560x1440", "390x844")
