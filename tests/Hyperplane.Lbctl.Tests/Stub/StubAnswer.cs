using System.Text;

namespace Hyperplane.Lbctl.Tests.Stub;

/// <summary>What the stub says to one request.</summary>
internal sealed record StubAnswer(
    int Status, byte[] Body, string? Type = "application/json", params (string, string)[] Headers)
{
    /// <summary>Neither answers nor hangs up until the client does.</summary>
    public static readonly StubAnswer Silence = new(0, []);

    /// <summary>Closes the connection in the middle of the answer.</summary>
    public static readonly StubAnswer HangUp = new(-1, []);

    public static StubAnswer Json(int status, string body, params (string, string)[] headers) =>
        new(status, Encoding.UTF8.GetBytes(body), "application/json", headers);

    public static StubAnswer Empty(int status, params (string, string)[] headers) => new(status, [], null, headers);

    /// <summary>A refusal as the API writes them.</summary>
    public static StubAnswer Problem(int status, string code, string detail, string errors = "[]") =>
        new(
            status,
            Encoding.UTF8.GetBytes($$"""
                {"type":"about:blank","title":"Refused","status":{{status}},"detail":"{{detail}}","instance":"/v1/x",
                "code":"{{code}}","errors":{{errors}},"requestId":"req-7"}
                """),
            "application/problem+json");

    public static StubAnswer NotFound { get; } = Problem(404, "not_found", "There is no such resource.");

    public static StubAnswer List(params string[] items) =>
        Json(200, $$"""{"items":[{{string.Join(',', items)}}],"nextPageToken":null}""");
}
