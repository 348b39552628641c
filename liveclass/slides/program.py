"""The program that draws slides in the browser."""

from __future__ import annotations

from django.templatetags.static import static


def pdf_urls() -> dict[str, str]:
    """Where a page finds pdf.js, once there are slides."""
    return {
        "pdf": static("build/pdf.js"),
        "pdfWorker": static("build/pdf.worker.js"),
        "pdfMaps": static("build/cmaps/"),
        "pdfFonts": static("build/fonts/"),
        "slideProgram": static("build/slides.js"),
        "slideStyles": static("css/slides.css"),
    }
