using System.Text.Json;

namespace Hyperplane.Terraform.Api;

/// <summary>The API refused, or did not answer.</summary>
internal sealed class ApiException : Exception
{
    /// <summary>Without a reason.</summary>
    public ApiException()
    {
    }

    /// <summary>With the reason.</summary>
    public ApiException(string message)
        : base(message)
    {
    }

    /// <summary>With the reason and what caused it.</summary>
    public ApiException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Of a refusal.</summary>
    public ApiException(string request, ApiAnswer answer)
        : base(Describe(answer)) => (Answer, Origin) = (answer, Where(request, answer));

    /// <summary>The refusal; null when there was no answer.</summary>
    public ApiAnswer? Answer { get; }

    /// <summary>Which request it was; null when there was no answer.</summary>
    public string? Origin { get; }

    /// <summary>What is wrong where: JSON pointers into the body that was sent, sentences, codes.</summary>
    public IEnumerable<(string Pointer, string Message, string Code)> Errors()
    {
        if (Answer is not { Json.ValueKind: JsonValueKind.Object }
            || !Answer.Json.TryGetProperty("errors", out JsonElement errors)
            || errors.ValueKind != JsonValueKind.Array)
            yield break;
        foreach (JsonElement error in errors.EnumerateArray())
        {
            if (error.TryGetProperty("pointer", out JsonElement pointer)
                && error.TryGetProperty("message", out JsonElement message)
                && error.TryGetProperty("code", out JsonElement code))
                yield return (pointer.GetString() ?? "", message.GetString() ?? "", code.GetString() ?? "");
        }
    }

    private static string Describe(ApiAnswer answer)
    {
        string said = answer.Text("detail") ?? answer.Text("title") ?? "no reason was given: is that the API?";
        return answer.Code is { } name ? $"{said} ({name})" : said;
    }

    private static string Where(string request, ApiAnswer answer)
    {
        string id = answer.RequestId is { } known ? $" Request id: {known}." : "";
        return $"{request} was answered with HTTP status {answer.Status}.{id}";
    }
}
