using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hyperplane.Lbctl.Options;

/// <summary>The options that every command has, and what they mean together with the environment.</summary>
internal sealed class GlobalOptions
{
    /// <summary>The variable that stands in for <c>--endpoint</c>.</summary>
    public const string EndpointVariable = "HYPERPLANE_ENDPOINT";

    /// <summary>The variable that stands in for <c>--key</c>.</summary>
    public const string KeyVariable = "HYPERPLANE_KEY";

    /// <summary>The variable that stands in for <c>--ca-file</c>.</summary>
    public const string CaFileVariable = "HYPERPLANE_CA_FILE";

    private const int DefaultTimeoutSeconds = 60;
    private const int MaxTimeoutSeconds = 86_400;

    private readonly Option<string> _endpoint = new("--endpoint")
    {
        Description = $"Address of the API, for example https://hyperplane.example:8443 (or {EndpointVariable})",
        HelpName = "URL",
        Recursive = true,
    };

    private readonly Option<string> _key = new("--key")
    {
        Description = $"API key (or {KeyVariable}, which other users of the machine cannot see)",
        HelpName = "KEY",
        Recursive = true,
    };

    private readonly Option<string> _caFile = new("--ca-file")
    {
        Description = $"PEM file with the certificates that the API is trusted by (or {CaFileVariable}; the system's)",
        HelpName = "FILE",
        Recursive = true,
    };

    private readonly OutputOptions _output = new();

    private readonly Option<bool> _noWait = new("--no-wait")
    {
        Description = "Return as soon as the API has accepted the request",
        Recursive = true,
    };

    private readonly Option<int?> _timeout = NumberOption.Of(
        "--timeout",
        1,
        MaxTimeoutSeconds,
        $"Most seconds the command may take, waiting included ({DefaultTimeoutSeconds})");

    private readonly Option<bool> _debug = new("--debug")
    {
        Description = "Tell each request on standard error: method, URL, status, request id, time",
        Recursive = true,
    };

    /// <summary>Adds them to the root, for all commands below it.</summary>
    public void AddTo(RootCommand root)
    {
        _timeout.Recursive = true;
        foreach (Option option in new Option[] { _endpoint, _key, _caFile })
            root.Options.Add(option);
        _output.AddTo(root);
        foreach (Option option in new Option[] { _noWait, _timeout, _debug })
            root.Options.Add(option);
    }

    /// <summary>
    /// The key as given, by option or environment; null when there is none. For redaction, also before parsing
    /// succeeds.
    /// </summary>
    public string? ReadKey(ParseResult parse, CommandIo io)
    {
        string? given = parse.GetResult(_key) is { Errors: var errors } && !errors.Any() ? parse.GetValue(_key) : null;
        return NullWhenEmpty(given) ?? NullWhenEmpty(io.Variable(KeyVariable));
    }

    /// <summary>What applies to this command; throws a usage failure when address or key is missing or wrong.</summary>
    public CliSettings Read(ParseResult parse, CommandIo io)
    {
        string? endpoint = NullWhenEmpty(parse.GetValue(_endpoint)) ?? NullWhenEmpty(io.Variable(EndpointVariable));
        string? key = ReadKey(parse, io);
        if (endpoint is null)
            throw Usage($"the API's address is not known: set {EndpointVariable} or give --endpoint URL");
        if (key is null)
            throw Usage($"there is no API key: set {KeyVariable} or give --key KEY");
        if (!key.All(static c => c is > ' ' and <= '~'))
            throw Usage("the API key has characters that no key has (a space or a line end, perhaps)");
        return new CliSettings(
            ParseEndpoint(endpoint),
            key,
            ReadAuthorities(NullWhenEmpty(parse.GetValue(_caFile)) ?? NullWhenEmpty(io.Variable(CaFileVariable))),
            _output.Read(parse),
            Wait: !parse.GetValue(_noWait),
            TimeSpan.FromSeconds(parse.GetValue(_timeout) ?? DefaultTimeoutSeconds),
            parse.GetValue(_debug));
    }

    private static X509Certificate2Collection? ReadAuthorities(string? path)
    {
        if (path is null)
            return null;
        try
        {
            var read = new X509Certificate2Collection();
            read.ImportFromPemFile(path);
            return read.Count > 0
                ? read
                : throw Usage($"{path} holds no certificate in PEM: check {CaFileVariable} or --ca-file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Usage($"{path} cannot be read: {e.Message}: check {CaFileVariable} or --ca-file");
        }
    }

    private static Uri ParseEndpoint(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
            || uri.Scheme is not ("http" or "https")
            || uri.Host == "")
            throw Usage($"'{text}' is not an address of the API: it must look like https://HOST:PORT");
        if (uri.UserInfo != "")
            throw Usage($"the API's address must not contain a user or password: give the key in {KeyVariable}");
        if (uri.Query != "" || uri.Fragment != "")
            throw Usage($"'{text}' is not an address of the API: it must not contain '?' or '#'");
        return uri.AbsolutePath.EndsWith('/') ? uri : new Uri(uri.AbsoluteUri + "/");
    }

    private static CommandFailure Usage(string message) => new(ExitCode.Usage, message);

    private static string? NullWhenEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
