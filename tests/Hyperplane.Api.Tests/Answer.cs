using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Hyperplane.Api.Tests;

/// <summary>What a request was answered.</summary>
internal sealed record Answer(
    int Status, string? MediaType, IReadOnlyDictionary<string, string> Headers, JsonElement Body)
{
    /// <summary>The body as it came; empty when it goes on for ever.</summary>
    public string Text { get; init; } = "";

    /// <summary>The media type with its parameters.</summary>
    public string ContentType { get; init; } = "";

    /// <summary>The problem's code; empty when the body has none.</summary>
    public string Code => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("code", out JsonElement code)
        ? code.GetString()!
        : "";

    public string Detail => Body.GetProperty("detail").GetString()!;

    /// <summary>The errors as "pointer code", in the order of their pointers.</summary>
    public string[] Errors =>
    [
        .. Body.GetProperty("errors").EnumerateArray()
            .Select(e => $"{e.GetProperty("pointer").GetString()} {e.GetProperty("code").GetString()}")
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Asserts the whole body, spaces aside.</summary>
    public void BodyIs([StringSyntax(StringSyntaxAttribute.Json)] string expected)
    {
        using JsonDocument document = JsonDocument.Parse(expected);
        Assert.True(JsonElement.DeepEquals(document.RootElement, Body), Body.GetRawText());
    }

    /// <summary>Asserts that it is a problem in every respect.</summary>
    public void IsProblem(int status, string code)
    {
        Assert.Equal((status, code), (Status, Code));
        Assert.Equal("application/problem+json", MediaType);
        Assert.Equal(status, Body.GetProperty("status").GetInt32());
        Assert.Equal("about:blank", Body.GetProperty("type").GetString());
        Assert.NotEmpty(Body.GetProperty("title").GetString()!);
        Assert.NotEmpty(Detail);
        Assert.StartsWith("/", Body.GetProperty("instance").GetString(), StringComparison.Ordinal);
        Assert.Equal(Headers["X-Request-Id"], Body.GetProperty("requestId").GetString());
        Assert.All(
            Body.GetProperty("errors").EnumerateArray(), e => Assert.NotEmpty(e.GetProperty("message").GetString()!));
    }
}
