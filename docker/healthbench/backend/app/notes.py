"""What is read out of a SOAP note without a language model: its parts, codes it names, medications with doses."""

import re

PARTS = ("subjective", "objective", "assessment", "plan")
MEDICATION = re.compile(r"\b([A-Z][a-z]{4,}|[a-z]{5,}(?:in|ol|ide|one|am|il|en|an))\s+(\d+(?:\.\d+)?)\s?(mg|mcg|g|units|ml)\b")
CONDITIONS = {
    "type 2 diabetes": "E11.9",
    "hypertension": "I10",
    "asthma": "J45.909",
    "hyperlipidemia": "E78.5",
    "hypothyroidism": "E03.9",
    "migraine": "G43.909",
    "low back pain": "M54.50",
    "depression": "F32.A",
}


def split_parts(text: str) -> dict[str, str]:
    """Return the text of each part that the note has, by its name in lower case."""
    pieces = re.split(rf"\b({'|'.join(PARTS)})\s*:", text, flags=re.IGNORECASE)
    return {name.lower(): " ".join(body.split()) for name, body in zip(pieces[1::2], pieces[2::2], strict=True)}


def extract(text: str) -> dict:
    """Return parts, conditions with their ICD-10 code, and medications with their dose."""
    lower = text.lower()
    conditions = [{"name": name, "icd10": code} for name, code in CONDITIONS.items() if name in lower]
    doses = dict.fromkeys((name.lower(), f"{amount} {unit}") for name, amount, unit in MEDICATION.findall(text))
    medications = [{"name": name, "dose": dose} for name, dose in doses]
    return {"parts": split_parts(text), "conditions": conditions, "medications": medications}


def convert_to_fhir(extraction: dict) -> dict:
    """Return a FHIR R4 bundle with one resource for each condition and medication."""
    system = "http://hl7.org/fhir/sid/icd-10-cm"
    conditions = [
        {"resourceType": "Condition", "code": {"text": each["name"], "coding": [{"system": system, "code": each["icd10"]}]}}
        for each in extraction.get("conditions", [])
    ]
    medications = [
        {
            "resourceType": "MedicationStatement",
            "status": "active",
            "medicationCodeableConcept": {"text": each["name"]},
            "dosage": [{"text": each["dose"]}],
        }
        for each in extraction.get("medications", [])
    ]
    entries = [{"resource": resource} for resource in [*conditions, *medications]]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}
