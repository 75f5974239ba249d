using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Hyperplane.Server;

/// <summary>Reads arguments and environment variables, and finds everything that is wrong with them.</summary>
internal sealed class SettingsReader(Func<string, string?> environment)
{
    private const int ShortestKey = 16;
    private const int LongestKey = 256;
    private const int LongestQuarantineSeconds = 30 * 24 * 3600;
    private readonly List<string> _errors = [];

    /// <summary>What is printed for <c>--help</c>.</summary>
    public const string Usage =
        """
        hyperplane-server --role api|controller|all
        hyperplane-server ca init --out DIR --name ADDRESS|NAME [--name …]

        The first runs the control plane. The second makes an authority for the API's TLS and a certificate by it, or,
        where there is an authority, only a new certificate.

        Environment:
          HYPERPLANE_DB                          how to reach PostgreSQL: "Host=…;Username=…;Database=…"
          HYPERPLANE_API_URL                     where the API listens: https://ADDRESS:PORT,
                                                 http:// on loopback                                     (api)
          HYPERPLANE_API_CERT_FILE               its certificate, the chain after it; PEM                (https)
          HYPERPLANE_API_KEY_FILE                the certificate's private key, mode 0600; PEM           (https)
          HYPERPLANE_API_INSECURE                1: http:// on other addresses too, behind a TLS proxy   (api)
          HYPERPLANE_OPERATOR_KEY_FILE           file with the operator's API key, mode 0600             (api)
          HYPERPLANE_CONTROL_LISTEN              where agents ask: unix:/PATH or https://ADDRESS:PORT    (controller)
          HYPERPLANE_CA_KEY_FILE                 file with what seals the region's CA, mode 0600         (controller)
          HYPERPLANE_ADDRESS_QUARANTINE_SECONDS  1 to 2592000; 86400 by default
          HYPERPLANE_API_REQUESTS_PER_SECOND     of one API key, 0 to 1000000; 200 by default, 0: any    (api)
          HYPERPLANE_API_REQUEST_BURST           of one API key at once, 1 to 1000000; 400 by default    (api)
          HYPERPLANE_API_REFUSED_PER_SECOND      with wrong keys, of one address, 0 to 1000000; 20       (api)
          HYPERPLANE_API_WATCHES_PER_KEY         at once, 1 to 10000; 20 by default                      (api)
          HYPERPLANE_API_WATCHES                 of all keys at once, 1 to 10000; 200 by default         (api)
          HYPERPLANE_API_WATCH_KEEP_ALIVE_SECONDS  1 to 300; 15 by default                               (api)
          HYPERPLANE_LOG                         Trace, Debug, Information, Warning, Error; Information by default

        Prints "ready api URL" and "ready controller ADDRESS" on standard output when it listens; logs go to standard
        error as JSON. Exit code 2: a setting is wrong. 1: it could not start.
        """;

    /// <summary>The settings, or null and all that is wrong, each naming its variable.</summary>
    public static ServerSettings? Read(
        IReadOnlyList<string> arguments, Func<string, string?> environment, out IReadOnlyList<string> errors)
    {
        var reader = new SettingsReader(environment);
        ServerSettings settings = reader.Read(arguments);
        errors = reader._errors;
        return reader._errors.Count == 0 ? settings : null;
    }

    private ServerSettings Read(IReadOnlyList<string> arguments)
    {
        ServerRoles roles = Roles(arguments);
        bool api = roles.HasFlag(ServerRoles.Api);
        bool controller = roles.HasFlag(ServerRoles.Controller);
        return new ServerSettings
        {
            Roles = roles,
            ConnectionString = ConnectionString(),
            Api = api ? new ApiSettingsReader(environment, _errors).Read() : null,
            OperatorKey = api ? Key("HYPERPLANE_OPERATOR_KEY_FILE") : null,
            ControlListen = controller ? ControlListen() : null,
            AuthorityKey = controller ? Key("HYPERPLANE_CA_KEY_FILE") : null,
            AddressQuarantine = Quarantine(),
            LogLevel = Level(),
        };
    }

    private ServerRoles Roles(IReadOnlyList<string> arguments)
    {
        string[] words = [.. arguments.SelectMany(a => a.StartsWith("--role=", StringComparison.Ordinal)
            ? ["--role", a["--role=".Length..]]
            : (string[])[a])];
        ServerRoles roles = words switch
        {
            ["--role", "api"] => ServerRoles.Api,
            ["--role", "controller"] => ServerRoles.Controller,
            ["--role", "all"] => ServerRoles.All,
            _ => ServerRoles.None,
        };
        if (roles == ServerRoles.None)
            _errors.Add("arguments: must be --role api, --role controller or --role all");
        return roles;
    }

    private string ConnectionString()
    {
        const string name = "HYPERPLANE_DB";
        if (Required(name) is not { } text)
            return "";

        try
        {
            if (string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(text).Host))
                _errors.Add($"{name}: must name a Host");
        }
        catch (ArgumentException)
        {
            _errors.Add($"{name}: is not a connection string such as Host=/run/postgresql;Username=hyperplane");
        }

        return text;
    }

    private ControlAddress? ControlListen()
    {
        const string name = "HYPERPLANE_CONTROL_LISTEN";
        if (Required(name) is not { } text)
            return null;

        var address = ControlAddress.TryParse(text);
        if (address is null)
            _errors.Add($"{name}: must be {ControlAddress.Allowed}");
        return address;
    }

    private TimeSpan? Quarantine()
    {
        const string name = "HYPERPLANE_ADDRESS_QUARANTINE_SECONDS";
        if (environment(name) is not { Length: > 0 } text)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            && seconds is >= 1 and <= LongestQuarantineSeconds)
            return TimeSpan.FromSeconds(seconds);

        _errors.Add($"{name}: must be a whole number from 1 to {LongestQuarantineSeconds}");
        return null;
    }

    private LogLevel Level()
    {
        const string name = "HYPERPLANE_LOG";
        if (environment(name) is not { Length: > 0 } text)
            return LogLevel.Information;
        if (Enum.TryParse(text, ignoreCase: true, out LogLevel level)
            && level is >= LogLevel.Trace and <= LogLevel.Error && char.IsLetter(text[0]))
            return level;

        _errors.Add($"{name}: must be Trace, Debug, Information, Warning or Error");
        return LogLevel.Information;
    }

    private string? Key(string name)
    {
        if (Required(name) is not { } path)
            return null;
        if (!File.Exists(path))
        {
            _errors.Add($"{name}: there is no file {path}");
            return null;
        }

        if (PrivateFile.Complaint(path) is { } open)
            _errors.Add($"{name}: {open}");

        try
        {
            string key = File.ReadAllText(path).Trim();
            if (key.Length is < ShortestKey or > LongestKey || !key.All(c => c is > ' ' and <= '~'))
                _errors.Add(
                    $"{name}: {path} must hold {ShortestKey} to {LongestKey} visible ASCII characters, no space");
            return key;
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException)
        {
            _errors.Add($"{name}: {path} cannot be read");
            return null;
        }
    }

    private string? Required(string name)
    {
        if (environment(name) is { Length: > 0 } text)
            return text;

        _errors.Add($"{name}: must be set");
        return null;
    }
}
