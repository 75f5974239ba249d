using System.CommandLine;
using System.Text;
using System.Text.Json;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;

namespace Hyperplane.Lbctl.Raw;

/// <summary><c>lbctl api</c>: any request, with the key, trust and exit codes of every other command.</summary>
internal static class RawCommand
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>The verb, below the root.</summary>
    public static Verb Build()
    {
        Argument<string> method = MethodArgument();
        Argument<string> path = new("path")
        {
            Description = "Path and query below the endpoint, escaped as in a URL, for example /v1/load-balancers",
        };
        Option<string> body = new("--body")
        {
            Description = "The JSON to send: itself, @FILE, or - for standard input",
            HelpName = "JSON|@FILE|-",
        };
        return new Verb(
            "api",
            "Send one request to the API and print the answer; reads are tried again, one page of a list is one page",
            "api GET /v1/load-balancers?pageSize=10 --query items[].name",
            async (session, parse) =>
            {
                string verb = parse.GetRequiredValue(method);
                string target = Target(parse.GetRequiredValue(path));
                byte[]? content = Body(session, verb, parse.GetValue(body));
                ApiAnswer answer = await session.Api.RequestAsync(
                    new HttpMethod(verb), target, content, session.Deadline);
                if (answer.Text is { } text)
                    session.Print.Text(text);
                else if (answer.Json.ValueKind != JsonValueKind.Undefined)
                    session.Print.Plain(answer.Json);
            })
        {
            method, path, body,
        };
    }

    private static Argument<string> MethodArgument()
    {
        var method = new Argument<string>("method")
        {
            Description = string.Join(", ", Methods),
            CustomParser = static argument =>
            {
                string text = argument.Tokens[0].Value.ToUpperInvariant();
                if (!Methods.Contains(text, StringComparer.Ordinal))
                    argument.AddError($"The method must be {string.Join(", ", Methods)}, not '{text}'.");
                return text;
            },
        };
        method.CompletionSources.Add(Methods);
        return method;
    }

    /// <summary>The path without its first slash; the key goes below the endpoint and nowhere else.</summary>
    private static string Target(string path)
    {
        string[] halves = path.Split('?', 2);
        string[] segments = halves[0].Split('/');
        bool isBelow = segments.Length > 1 && segments[0] == "" && segments[1] != ""
            && !segments.Any(static segment => Uri.UnescapeDataString(segment) is "." or "..")
            && !path.Any(static c => c is <= ' ' or >= '\x7f' or '\\' or '#');
        return isBelow
            ? path[1..]
            : throw new CommandFailure(
                ExitCode.Usage,
                $"'{path}' is no path of the API: it must begin with one '/', as /v1/load-balancers does, have no '.' "
                    + "or '..', and anything but printable ASCII must be escaped (%20)");
    }

    private static byte[]? Body(Session session, string method, string? said)
    {
        if (said is null)
            return null;
        if (method == "GET")
            throw new CommandFailure(ExitCode.Usage, "a GET has no body: leave --body out");
        (string text, string from) = Read(session, said);
        try
        {
            using JsonDocument _ = JsonDocument.Parse(text);
            return Encoding.UTF8.GetBytes(text);
        }
        catch (JsonException wrong)
        {
            throw new CommandFailure(
                ExitCode.Usage,
                $"{from} is no JSON: line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1} is wrong");
        }
    }

    private static (string Text, string From) Read(Session session, string said)
    {
        if (said == "-")
            return (session.Io.Input.ReadToEnd(), "standard input");
        if (!said.StartsWith('@'))
            return (said, "--body");
        try
        {
            return (File.ReadAllText(said[1..]), said[1..]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandFailure(ExitCode.Usage, $"'{said[1..]}' cannot be read: {e.Message}");
        }
    }
}
