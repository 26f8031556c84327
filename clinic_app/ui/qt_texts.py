"""The words of Qt's own dialogs (choose a file, print, Cut and Paste), in the language of the window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QObject, QTranslator


class QtTexts(QObject):
    """Owns the translator that is installed; English is what Qt speaks without one."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._installed: QTranslator | None = None
        self._language = ""

    def speak(self, language: str) -> None:
        """Go over to a language."""
        if language == self._language:
            return
        self._language = language
        if self._installed is not None:
            QCoreApplication.removeTranslator(self._installed)
            self._installed = None
        translator = QTranslator(self)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if translator.load(f"qtbase_{language}", folder):
            QCoreApplication.installTranslator(translator)
            self._installed = translator
