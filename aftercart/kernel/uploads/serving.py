"""How a photo leaves: as an image and nothing else, to whoever the door let in, kept by no cache between."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from aftercart.kernel.uploads import store
from aftercart.kernel.uploads.models import Upload
from aftercart.kernel.uploads.photos import MEDIA_TYPE


def serve_photo(upload: Upload, *, small: bool = False) -> HttpResponse:
    """A photo as an answer. The door that calls this has checked who asks.

    Raises:
        Http404: when its file is gone.
    """
    try:
        content = store.read(upload, small=small)
    except FileNotFoundError as error:
        raise Http404 from error
    answer = HttpResponse(content, content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = f'inline; filename="photo-{upload.pk}.jpg"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, max-age=3600"
    answer["X-Robots-Tag"] = "noindex"
    return answer
