using Hyperplane.Server;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Api.Tests.Server;

/// <summary>Settings come from arguments and the environment; everything wrong is told at once.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly KeyFolder _keys = new();

    [Fact]
    public void Everything_that_is_missing_is_told_at_once()
    {
        Assert.Equal(
            [
                "HYPERPLANE_DB: must be set", "HYPERPLANE_API_URL: must be set",
                    "HYPERPLANE_OPERATOR_KEY_FILE: must be set",
                "HYPERPLANE_CONTROL_LISTEN: must be set", "HYPERPLANE_CA_KEY_FILE: must be set",
            ],
            Errors(["--role", "all"], []));
    }

    [Fact]
    public void A_role_asks_only_for_what_it_needs()
    {
        Assert.Equal(
            ["HYPERPLANE_DB: must be set", "HYPERPLANE_API_URL: must be set",
             "HYPERPLANE_OPERATOR_KEY_FILE: must be set"],
            Errors(["--role", "api"], []));
        Assert.Equal(
            ["HYPERPLANE_DB: must be set", "HYPERPLANE_CONTROL_LISTEN: must be set",
             "HYPERPLANE_CA_KEY_FILE: must be set"],
            Errors(["--role=controller"], []));
    }

    [Theory]
    [InlineData("HYPERPLANE_DB", "nonsense")]
    [InlineData("HYPERPLANE_DB", "Username=x")]
    [InlineData("HYPERPLANE_DB", "Host=x;Colour=red")]
    [InlineData("HYPERPLANE_API_URL", "8080")]
    [InlineData("HYPERPLANE_API_URL", "ftp://127.0.0.1:8080")]
    [InlineData("HYPERPLANE_API_URL", "http://10.0.0.1:8080")]
    [InlineData("HYPERPLANE_API_INSECURE", "yes")]
    [InlineData("HYPERPLANE_API_REQUESTS_PER_SECOND", "-1")]
    [InlineData("HYPERPLANE_API_REQUESTS_PER_SECOND", "1000001")]
    [InlineData("HYPERPLANE_API_REQUEST_BURST", "0")]
    [InlineData("HYPERPLANE_API_REFUSED_PER_SECOND", "few")]
    [InlineData("HYPERPLANE_API_WATCHES_PER_KEY", "0")]
    [InlineData("HYPERPLANE_API_WATCHES", "10001")]
    [InlineData("HYPERPLANE_API_WATCH_KEEP_ALIVE_SECONDS", "301")]
    [InlineData("HYPERPLANE_API_URL", "http://example.org:8080")]
    [InlineData("HYPERPLANE_API_URL", "http://127.0.0.1:8080/v1")]
    [InlineData("HYPERPLANE_CONTROL_LISTEN", "/run/control.sock")]
    [InlineData("HYPERPLANE_CONTROL_LISTEN", "unix:control.sock")]
    [InlineData("HYPERPLANE_CONTROL_LISTEN", "https://controller:9000")]
    [InlineData("HYPERPLANE_CONTROL_LISTEN", "https://127.0.0.1:9000/x")]
    [InlineData("HYPERPLANE_CONTROL_LISTEN", "http://127.0.0.1:9000")]
    [InlineData("HYPERPLANE_OPERATOR_KEY_FILE", "/nowhere/operator.key")]
    [InlineData("HYPERPLANE_CA_KEY_FILE", "/nowhere/ca.key")]
    [InlineData("HYPERPLANE_ADDRESS_QUARANTINE_SECONDS", "0")]
    [InlineData("HYPERPLANE_ADDRESS_QUARANTINE_SECONDS", "2592001")]
    [InlineData("HYPERPLANE_ADDRESS_QUARANTINE_SECONDS", "1 day")]
    [InlineData("HYPERPLANE_LOG", "loud")]
    [InlineData("HYPERPLANE_LOG", "2")]
    public void A_wrong_value_is_told_with_its_variable(string name, string value)
    {
        Dictionary<string, string> environment = Right();
        environment[name] = value;
        string error = Assert.Single(Errors(["--role", "all"], environment));
        Assert.StartsWith($"{name}: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData()]
    [InlineData("--role")]
    [InlineData("--role", "tenant")]
    [InlineData("--role", "api", "--verbose")]
    [InlineData("api")]
    public void Arguments_that_name_no_role_are_refused(params string[] arguments) =>
        Assert.Equal(["arguments: must be --role api, --role controller or --role all"], Errors(arguments, Right()));

    [Fact]
    public void A_key_file_that_others_may_read_is_refused()
    {
        Dictionary<string, string> environment = Right();
        environment["HYPERPLANE_CA_KEY_FILE"] = _keys.Write("open.key", "the-key-of-the-authority", mode: "640");
        Assert.Contains("chmod 600", Assert.Single(Errors(["--role", "all"], environment)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("too-short")]
    [InlineData("a key with spaces in it")]
    [InlineData("ein-schlüssel-mit-umlaut")]
    public void A_key_that_cannot_be_sent_or_guessed_too_soon_is_refused_and_not_printed(string key)
    {
        Dictionary<string, string> environment = Right();
        File.WriteAllText(environment["HYPERPLANE_OPERATOR_KEY_FILE"], key);
        string error = Assert.Single(Errors(["--role", "all"], environment));
        Assert.StartsWith("HYPERPLANE_OPERATOR_KEY_FILE: ", error, StringComparison.Ordinal);
        if (key.Length > 0)
            Assert.DoesNotContain(key, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Right_settings_are_read_as_they_are_given()
    {
        Dictionary<string, string> environment = Right();
        environment["HYPERPLANE_LOG"] = "debug";
        environment["HYPERPLANE_ADDRESS_QUARANTINE_SECONDS"] = "5";
        ServerSettings settings = SettingsReader.Read(["--role", "all"], environment.GetValueOrDefault, out _)!;
        Assert.Equal(ServerRoles.All, settings.Roles);
        Assert.Equal("http://127.0.0.1:8080/", settings.Api!.Url.AbsoluteUri);
        Assert.Equal("/run/hyperplane/control.sock", settings.ControlListen!.SocketPath);
        Assert.Equal("the-key-of-the-operator", settings.OperatorKey);
        Assert.Equal("the-key-of-the-authority", settings.AuthorityKey);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.AddressQuarantine);
        Assert.Equal(LogLevel.Debug, settings.LogLevel);
    }

    [Theory]
    [InlineData("https://127.0.0.1:9000", "127.0.0.1:9000")]
    [InlineData("https://[::1]:9000/", "[::1]:9000")]
    public void Agents_may_be_listened_to_on_tcp(string text, string endPoint) =>
        Assert.Equal(endPoint, ControlAddress.TryParse(text)!.EndPoint!.ToString());

    [Theory]
    [InlineData("http://[::1]:8080", null)]
    [InlineData("http://10.0.0.1:8080", "1")]
    public void Without_tls_it_listens_on_loopback_or_where_a_proxy_is_said_to_be(string url, string? insecure)
    {
        Dictionary<string, string> environment = Right();
        environment["HYPERPLANE_API_URL"] = url;
        if (insecure is not null)
            environment["HYPERPLANE_API_INSECURE"] = insecure;
        Assert.Null(SettingsReader.Read(["--role", "api"], environment.GetValueOrDefault, out _)!.Api!.Certificate);
    }

    [Fact]
    public void With_tls_it_needs_a_certificate_and_its_key()
    {
        Dictionary<string, string> environment = Right();
        environment["HYPERPLANE_API_URL"] = "https://10.0.0.1:8443";
        Assert.Equal(
            ["HYPERPLANE_API_CERT_FILE: must be set for https://", "HYPERPLANE_API_KEY_FILE: must be set for https://"],
            Errors(["--role", "all"], environment));
        environment["HYPERPLANE_API_CERT_FILE"] = _keys.Write("api.pem", "nonsense");
        environment["HYPERPLANE_API_KEY_FILE"] = _keys.Write("api.key", "a-private-key");
        string error = Assert.Single(Errors(["--role", "all"], environment));
        Assert.StartsWith("HYPERPLANE_API_CERT_FILE: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("a-private-key", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_limits_of_the_api_are_read_and_the_others_stay_as_they_are()
    {
        Dictionary<string, string> environment = Right();
        environment["HYPERPLANE_API_REQUESTS_PER_SECOND"] = "0";
        environment["HYPERPLANE_API_REQUEST_BURST"] = "7";
        environment["HYPERPLANE_API_WATCH_KEEP_ALIVE_SECONDS"] = "3";
        Assert.Equal(
            new ApiOptions
            {
                RequestsPerSecond = 0, RequestBurst = 7, WatchKeepAlive = TimeSpan.FromSeconds(3),
            },
            SettingsReader.Read(["--role", "api"], environment.GetValueOrDefault, out _)!.Api!.Options);
    }

    [Fact]
    public void A_socket_path_may_have_107_bytes_and_no_more()
    {
        Assert.NotNull(ControlAddress.TryParse("unix:/" + new string('s', 106)));
        Assert.Null(ControlAddress.TryParse("unix:/" + new string('s', 107)));
    }

    public void Dispose() => _keys.Dispose();

    private static IReadOnlyList<string> Errors(string[] arguments, Dictionary<string, string> environment)
    {
        Assert.Null(SettingsReader.Read(arguments, environment.GetValueOrDefault, out IReadOnlyList<string> errors));
        return errors;
    }

    private Dictionary<string, string> Right() => new()
    {
        ["HYPERPLANE_DB"] = "Host=/run/postgresql;Username=hyperplane;Password=hunter2",
        ["HYPERPLANE_API_URL"] = "http://127.0.0.1:8080",
        ["HYPERPLANE_CONTROL_LISTEN"] = "unix:/run/hyperplane/control.sock",
        ["HYPERPLANE_OPERATOR_KEY_FILE"] = _keys.Write("operator.key", "the-key-of-the-operator\n"),
        ["HYPERPLANE_CA_KEY_FILE"] = _keys.Write("ca.key", "  the-key-of-the-authority\n\n"),
    };
}
