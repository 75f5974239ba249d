using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using Hyperplane.Client;
using Hyperplane.Lbctl.Contexts;

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

    /// <summary>The variable that stands in for <c>--context</c>.</summary>
    public const string ContextVariable = "HYPERPLANE_CONTEXT";

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

    private readonly Option<string> _context = new("--context")
    {
        Description = $"The context to use instead of the environment and the current one (or {ContextVariable})",
        HelpName = "NAME",
        Recursive = true,
    };

    private readonly OutputOptions _output = new();

    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Have the API check each change and say what would be; nothing is changed",
        Recursive = true,
    };

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
        foreach (Option option in new Option[] { _context, _endpoint, _key, _caFile })
            root.Options.Add(option);
        _output.AddTo(root);
        foreach (Option option in new Option[] { _noWait, _timeout, _dryRun, _debug })
            root.Options.Add(option);
    }

    /// <summary>The keys as given, by option and environment. For redaction, also before parsing succeeds.</summary>
    public IEnumerable<string> Keys(ParseResult parse, CommandIo io) =>
        new[] { ReadOption(parse, _key), NullWhenEmpty(io.Variable(KeyVariable)) }.OfType<string>();

    /// <summary>How to print.</summary>
    public OutputChoice ReadOutput(ParseResult parse) => _output.Read(parse);

    /// <summary>What options and environment say of the API.</summary>
    public SaidAccess Said(ParseResult parse, CommandIo io) => new(
        ReadOption(parse, _endpoint) ?? NullWhenEmpty(io.Variable(EndpointVariable)),
        ReadOption(parse, _key) ?? NullWhenEmpty(io.Variable(KeyVariable)),
        ReadOption(parse, _caFile) ?? NullWhenEmpty(io.Variable(CaFileVariable)));

    /// <summary>The context that applies; null for none. A usage failure when the one that was named is not
    /// there.</summary>
    /// <remarks>An address that was said, by option or environment, stands without a context: no key goes where it was
    /// not meant to go. <c>--context</c> wins over the environment.</remarks>
    public SavedContext? ReadContext(ParseResult parse, CommandIo io, ContextFile file)
    {
        string? named = ReadOption(parse, _context);
        bool isAddressSaid = ReadOption(parse, _endpoint) is not null
            || (named is null && !string.IsNullOrEmpty(io.Variable(EndpointVariable)));
        if (isAddressSaid)
            return named is null
                ? null
                : throw Usage("--context and --endpoint both say where the API is: give one of them");
        named ??= NullWhenEmpty(io.Variable(ContextVariable));
        SavedContexts all = file.Read();
        if (named is null && all.Current is null)
            return null;
        return all.Contexts.TryGetValue(named ?? all.Current!, out SavedContext? found)
            ? found
            : throw Usage(
                $"there is no context '{named ?? all.Current}': lbctl context list shows those that there are");
    }

    /// <summary>What applies to this command; throws a usage failure when address or key is missing or wrong.</summary>
    public CliSettings Read(ParseResult parse, CommandIo io, SavedContext? context)
    {
        SaidAccess said = context is null
            ? Said(parse, io)
            : new SaidAccess(
                context.Endpoint,
                ReadOption(parse, _key) ?? context.Key,
                ReadOption(parse, _caFile) ?? context.CaFile);
        bool isDryRun = parse.GetValue(_dryRun);
        return new CliSettings(
            Access(said),
            _output.Read(parse),
            Wait: !parse.GetValue(_noWait) && !isDryRun,
            TimeSpan.FromSeconds(parse.GetValue(_timeout) ?? DefaultTimeoutSeconds),
            parse.GetValue(_debug),
            isDryRun);
    }

    /// <summary>What was said, judged; throws a usage failure when something is missing or wrong.</summary>
    public static ApiAccess Access(SaidAccess said)
    {
        if (said.Endpoint is null)
            throw Usage(
                $"the API's address is not known: set {EndpointVariable}, give --endpoint URL, or save both with "
                + "'lbctl context create'");
        if (said.Key is null)
            throw Usage($"there is no API key: set {KeyVariable} or give --key KEY");
        try
        {
            return new ApiAccess(
                ApiAccess.ParseEndpoint(said.Endpoint),
                ApiAccess.ParseKey(said.Key),
                said.CaFile is null ? null : ReadAuthorities(said.CaFile),
                "lbctl/0.1");
        }
        catch (FormatException wrong)
        {
            throw Usage(wrong.Message);
        }
    }

    private static X509Certificate2Collection ReadAuthorities(string path)
    {
        try
        {
            return ApiAccess.ReadAuthorities(path);
        }
        catch (FormatException wrong)
        {
            throw Usage($"{wrong.Message}: check {CaFileVariable} or --ca-file");
        }
    }

    private static string? ReadOption(ParseResult parse, Option<string> option) =>
        parse.GetResult(option) is { Errors: var errors } && !errors.Any()
            ? NullWhenEmpty(parse.GetValue(option))
            : null;

    private static CommandFailure Usage(string message) => new(ExitCode.Usage, message);

    private static string? NullWhenEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
