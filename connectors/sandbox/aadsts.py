"""The numbers by which Entra tells what is wrong, AADSTS…: each with its error and a sentence.

learn.microsoft.com/entra/identity-platform/reference-error-codes.
"""

from http import HTTPStatus
from typing import NamedTuple


class Aadsts(NamedTuple):
    """One number's error. Some come with a ``suberror``."""

    error: str
    message: str
    suberror: str = ""

    @property
    def status(self) -> HTTPStatus:
        is_ours = self.error == "invalid_client"
        return HTTPStatus.UNAUTHORIZED if is_ours else HTTPStatus.BAD_REQUEST


_CONSENT = "consent_required"

AADSTS = {
    700016: Aadsts("unauthorized_client", "Application was not found in the directory of this tenant."),
    700011: Aadsts("unauthorized_client", "Client application was not found in the directory."),
    7000112: Aadsts("unauthorized_client", "Application is disabled."),
    70001: Aadsts("unauthorized_client", "The application is disabled."),
    1000031: Aadsts("unauthorized_client", "Application cannot be accessed at this time."),
    500011: Aadsts("invalid_resource", "The resource principal was not found in the tenant."),
    650052: Aadsts("invalid_client", "The app needs a service that the organization has not enabled."),
    650054: Aadsts("invalid_resource", "The application asked for a resource that was removed."),
    650056: Aadsts("invalid_client", "Misconfigured application, or no consent."),
    650057: Aadsts("invalid_resource", "Invalid resource: it is not listed in the app registration."),
    65001: Aadsts("invalid_grant", "The user or administrator has not consented.", _CONSENT),
    65004: Aadsts("access_denied", "User declined to consent to access the app.", _CONSENT),
    90094: Aadsts("interaction_required", "Administrator consent is required.", _CONSENT),
    90095: Aadsts("interaction_required", "Administrator consent is required, by request.", _CONSENT),
    90099: Aadsts("unauthorized_client", "The application was not authorized in that tenant."),
    90002: Aadsts("invalid_tenant", "Tenant not found. Check to make sure you have the correct tenant ID."),
    90038: Aadsts("invalid_request", "The tenant belongs to another national cloud."),
    900382: Aadsts("invalid_request", "Confidential client is not supported in a cross-cloud request."),
    900432: Aadsts("invalid_request", "Confidential client is not supported across clouds."),
    50057: Aadsts("invalid_grant", "The user account is disabled."),
    50034: Aadsts("invalid_grant", "The user account does not exist in the directory."),
    51004: Aadsts("invalid_grant", "The user account is not in the directory."),
    50014: Aadsts("invalid_grant", "The user has never signed in: there is no such account."),
    50053: Aadsts("invalid_grant", "The account is locked, or the sign-in came from a bad address."),
    50055: Aadsts("invalid_grant", "The password is expired."),
    50144: Aadsts("invalid_grant", "The user's directory password is expired."),
    50132: Aadsts("invalid_grant", "The session is not valid, due to a password change."),
    50133: Aadsts("invalid_grant", "The session is not valid, due to expiration or a password change."),
    50173: Aadsts("invalid_grant", "The provided grant has expired due to it being revoked."),
    54005: Aadsts("invalid_grant", "OAuth2 authorization code was already redeemed."),
    501481: Aadsts("invalid_grant", "The code_verifier does not match the code_challenge."),
    50148: Aadsts("invalid_grant", "The code_verifier does not match the code_challenge, for PKCE."),
    500112: Aadsts("invalid_grant", "The reply address does not match the one provided for the code."),
    50011: Aadsts("invalid_request", "The redirect URI is not configured for the application."),
    50089: Aadsts("invalid_grant", "The flow token is expired."),
    70000: Aadsts("invalid_grant", "The provided grant is invalid or malformed."),
    70008: Aadsts("invalid_grant", "The provided grant or refresh token has expired."),
    700082: Aadsts("invalid_grant", "The refresh token has expired due to inactivity."),
    70043: Aadsts("invalid_grant", "The refresh token has expired due to sign-in frequency checks."),
    700084: Aadsts("invalid_grant", "The refresh token was issued to a single page app and has expired."),
    50076: Aadsts("interaction_required", "Multi-factor authentication is needed.", "basic_action"),
    50079: Aadsts("interaction_required", "The user must enrol in multi-factor authentication."),
    50072: Aadsts("interaction_required", "The user must enrol for second factor authentication."),
    50074: Aadsts("interaction_required", "Strong authentication is required.", "basic_action"),
    50078: Aadsts("interaction_required", "The multi-factor authentication has expired."),
    53000: Aadsts("invalid_grant", "The device is not in the required state.", "message_only"),
    53001: Aadsts("invalid_grant", "The device is not joined to the domain.", "message_only"),
    53002: Aadsts("invalid_grant", "The application is not approved by Conditional Access."),
    53003: Aadsts("access_denied", "Access has been blocked by Conditional Access.", "message_only"),
    53011: Aadsts("access_denied", "The user is blocked due to risk on the home tenant."),
    530032: Aadsts("access_denied", "Blocked by the tenant's security policy."),
    530035: Aadsts("access_denied", "Access has been blocked by security defaults."),
    54000: Aadsts("access_denied", "The user is a minor, and there is no consent of a parent."),
    50015: Aadsts("access_denied", "The user needs legal age group consent."),
    50105: Aadsts("invalid_grant", "The signed in user is not assigned to a role for the application."),
    501051: Aadsts("access_denied", "The application is not assigned to a role for the application."),
    500212: Aadsts("access_denied", "The tenant's policy does not allow this user's access."),
    500213: Aadsts("access_denied", "The resource tenant's policy does not allow this user's access."),
    500021: Aadsts("access_denied", "Access to the tenant is denied by a tenant restriction."),
    7000215: Aadsts("invalid_client", "Invalid client secret is provided."),
    7000222: Aadsts("invalid_client", "The provided client secret keys are expired."),
    700027: Aadsts("invalid_client", "The certificate with this identifier, or the signature, is not valid."),
    700024: Aadsts("invalid_client", "Client assertion is not within its valid time range."),
    700021: Aadsts("invalid_client", "Client assertion application identifier doesn't match 'client_id'."),
    50012: Aadsts("invalid_client", "Authentication failed: the certificate was not accepted."),
    50027: Aadsts("invalid_client", "JWT token is invalid or malformed: audience or form."),
    7000218: Aadsts("invalid_client", "The request body must contain 'client_assertion'."),
    70003: Aadsts("unsupported_grant_type", "The app requested an unsupported grant type."),
    70011: Aadsts("invalid_scope", "The provided value for the input parameter 'scope' is not valid."),
    28002: Aadsts("invalid_scope", "The provided value for scope is not valid for a token request."),
    9001023: Aadsts("invalid_request", "The grant type is not supported over /common or /consumers."),
    50194: Aadsts("invalid_request", "The application is not configured as a multi-tenant application."),
    50196: Aadsts("invalid_grant", "The server ended the operation: a client request loop was detected."),
    90055: Aadsts("temporarily_unavailable", "The tenant exceeded its limit of requests."),
    90033: Aadsts("temporarily_unavailable", "A transient error has occurred. Try again."),
    90024: Aadsts("temporarily_unavailable", "The request budget is exceeded. Try again."),
    90006: Aadsts("temporarily_unavailable", "The external server is retryable."),
    50033: Aadsts("temporarily_unavailable", "A transient fault of the directory. Try again."),
    50087: Aadsts("temporarily_unavailable", "A transient fault of the sign-in service. Try again."),
}

#: What comes with claims that a new request must meet.
CLAIMING = frozenset({50074, 50076, 50078, 53000, 53001, 53003})
