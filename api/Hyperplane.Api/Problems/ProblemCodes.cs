namespace Hyperplane.Api.Problems;

/// <summary>The stable codes that the API itself gives; the controller's refusals bring their own.</summary>
internal static class ProblemCodes
{
    public const string MalformedRequest = "malformed_request";
    public const string MalformedJson = "malformed_json";
    public const string UnknownMember = "unknown_member";
    public const string MissingMember = "missing_member";
    public const string InvalidValue = "invalid_value";
    public const string BodyTooLarge = "body_too_large";
    public const string Unauthenticated = "unauthenticated";
    public const string Forbidden = "forbidden";
    public const string NotFound = "not_found";
    public const string MethodNotAllowed = "method_not_allowed";
    public const string UnsupportedMediaType = "unsupported_media_type";
    public const string ZoneRepeated = "zone_repeated";
    public const string NoTargets = "no_targets";
    public const string TooManyTargets = "too_many_targets";
    public const string KeyReused = "idempotency_key_reused";
    public const string UnderWay = "request_under_way";
    public const string AlreadyDone = "already_done";
    public const string RateLimited = "rate_limited";
    public const string Unavailable = "unavailable";
    public const string Internal = "internal";
}
