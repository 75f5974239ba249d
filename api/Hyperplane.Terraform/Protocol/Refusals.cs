using System.Text;
using Hyperplane.Terraform.Api;
using Hyperplane.Terraform.Schemas;

namespace Hyperplane.Terraform.Protocol;

/// <summary>What the API refused, told at the attributes that it is about.</summary>
internal static class Refusals
{
    /// <summary>A finding for each error, or one for the whole.</summary>
    public static IEnumerable<Finding> Describe(ApiException refused, ResourceSchema schema)
    {
        string summary = refused.Answer switch
        {
            null => "The API does not answer",
            { Status: 401 } => "The API does not know the key",
            { Status: 403, Code: "quota_exceeded" } => "A quota is used up",
            { Status: 403 } => "The key may not do this",
            _ => "The API refused",
        };
        (string Pointer, string Message, string Code)[] errors = [.. refused.Errors()];
        string origin = refused.Origin is { } request ? $"\n\n{request}" : "";
        if (errors.Length == 0)
            return [new Finding(summary, refused.Message + origin)];
        return errors.Select(error => new Finding(
            summary,
            $"{(error.Pointer.Length > 0 ? error.Pointer + ": " : "")}{error.Message} ({error.Code}){origin}",
            Path(error.Pointer, schema.Fields)));
    }

    /// <summary>The field that a JSON pointer leads to, as far as names agree; null for none.</summary>
    internal static FieldPath? Path(string pointer, IReadOnlyList<Field> fields)
    {
        FieldPath? path = null;
        foreach (string token in pointer.Split('/').Skip(1))
        {
            string name = Snake(token);
            if (fields.FirstOrDefault(field => field.Name == name) is not { } found)
                break;
            path = (path ?? FieldPath.Root).Field(name);
            fields = found.Nesting == Nesting.Single ? found.Nested : [];
        }

        return path;
    }

    private static string Snake(string camel)
    {
        var snake = new StringBuilder();
        foreach (char c in camel)
        {
            if (char.IsAsciiLetterUpper(c))
                snake.Append('_');
            snake.Append(char.ToLowerInvariant(c));
        }

        return snake.ToString();
    }
}
