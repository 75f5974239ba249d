using System.Net.Http.Headers;

namespace Hyperplane.Lbctl.Api;

/// <summary>One request's answer, and the pause that it asks for; null when it asks for none.</summary>
internal sealed record Exchange(ApiAnswer Answer, RetryConditionHeaderValue? RetryAfter);
