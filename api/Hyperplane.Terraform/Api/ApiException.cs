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
        : base(Describe(request, answer)) => Answer = answer;

    /// <summary>The refusal; null when there was no answer.</summary>
    public ApiAnswer? Answer { get; }

    /// <summary>What is wrong where: JSON pointers into the body that was sent, and sentences.</summary>
    public IEnumerable<(string Pointer, string Message)> Errors()
    {
        if (Answer is not { Json.ValueKind: JsonValueKind.Object }
            || !Answer.Json.TryGetProperty("errors", out JsonElement errors)
            || errors.ValueKind != JsonValueKind.Array)
            yield break;
        foreach (JsonElement error in errors.EnumerateArray())
        {
            if (error.TryGetProperty("pointer", out JsonElement pointer)
                && error.TryGetProperty("message", out JsonElement message))
                yield return (pointer.GetString() ?? "", message.GetString() ?? "");
        }
    }

    private static string Describe(string request, ApiAnswer answer)
    {
        string said = answer.Text("detail") ?? answer.Text("title") ?? "no reason was given: is that the API?";
        string code = answer.Code is { } name ? $" ({name})" : "";
        string id = answer.RequestId is { } known ? $" Request id: {known}." : "";
        return $"{said}{code}\n{request} was answered with HTTP status {answer.Status}.{id}";
    }
}
