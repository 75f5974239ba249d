namespace Hyperplane.Lbctl.Tests.Stub;

/// <summary>A request as it arrived.</summary>
/// <param name="Line">Method, path and query: <c>GET /v1/load-balancers?name=web</c>.</param>
internal sealed record StubRequest(
    string Line, string? Authorization, string? ContentType, string Body, string? IdempotencyKey);
