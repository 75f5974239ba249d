using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hyperplane.Rpc;
using Hyperplane.Terraform.Api;
using Hyperplane.Terraform.ElasticIps;
using Hyperplane.Terraform.Listeners;
using Hyperplane.Terraform.LoadBalancers;
using Hyperplane.Terraform.Plugin;
using Hyperplane.Terraform.Protocol;
using Hyperplane.Terraform.Resources;
using Hyperplane.Terraform.Schemas;
using Hyperplane.Terraform.TargetGroups;
using Hyperplane.Terraform.Targets;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform;

/// <summary>The provider: its own configuration, and the resources that it has.</summary>
internal sealed class HyperplaneProvider : IPluginService
{
    /// <summary>Where Terraform looks for it.</summary>
    public const string Address = "hyperplane.local/hyperplane/hyperplane";

    private const string EndpointVariable = "HYPERPLANE_ENDPOINT";
    private const string KeyVariable = "HYPERPLANE_KEY";
    private const string CaFileVariable = "HYPERPLANE_CA_FILE";
    private readonly ProviderService _service;

    /// <summary>All of it, not configured yet.</summary>
    public HyperplaneProvider(Func<string, string?>? variable = null)
    {
        ApiResource[] lookedUp = [new NlbResource(), new TargetGroupResource(), new ElasticIpResource()];
        Resource[] resources = [.. lookedUp, new ListenerResource(), new TargetResource(), new TargetsResource()];
        DataSource[] dataSources =
        [
            .. lookedUp.Select(resource => new LookUp(resource)), .. lookedUp.Select(resource => new ListAll(resource)),
        ];
        _service = new ProviderService(
            Schema, config => Read(config, variable ?? Environment.GetEnvironmentVariable), resources, dataSources);
    }

    /// <summary>Of the product.</summary>
    public static string Version { get; } =
        typeof(HyperplaneProvider).Assembly.GetName().Version?.ToString(fieldCount: 3) ?? "0.0.0";

    /// <summary>What may be said of it.</summary>
    private static ResourceSchema Schema { get; } = new(
        "Load balancers of a Hyperplane region.",
        [
            Field.Text("endpoint", $"Address of the API, https://HOST:PORT; or {EndpointVariable}.").Optional(),
            Field.Text("api_key", $"The API key; better in {KeyVariable}.").Optional().Sensitive(),
            Field.Text("ca_file", $"PEM file with the certificates that the API is trusted by; or {CaFileVariable}.")
                .Optional(),
            Field.TextMap("default_tags", "Tags of everything that has tags.").Optional(),
        ]);

    /// <inheritdoc/>
    public void AddTo(ServerServiceDefinition.Builder methods) => _service.AddTo(methods);

    /// <inheritdoc/>
    public void Dispose() => _service.Dispose();

    private static ProviderSettings Read(Value config, Func<string, string?> variable)
    {
        string? Said(string field, string name) =>
            config[field].AsText ?? (variable(name) is { Length: > 0 } set ? set : null);
        foreach (string field in (string[])["endpoint", "api_key", "ca_file"])
        {
            if (config[field].IsUnknown)
                throw Wrong(field, $"{field} is known only after apply: the provider must be configured before.");
        }

        string endpoint = Said("endpoint", EndpointVariable)
            ?? throw Wrong("endpoint", $"The API's address is not known: say endpoint, or set {EndpointVariable}.");
        string key = Said("api_key", KeyVariable)
            ?? throw Wrong("api_key", $"There is no API key: set {KeyVariable}, or say api_key.");
        if (!key.All(static c => c is > ' ' and <= '~'))
            throw Wrong("api_key", "The API key has characters that no key has (a space or a line end, perhaps).");
        return new ProviderSettings(
            ParseEndpoint(endpoint),
            key,
            ReadAuthorities(Said("ca_file", CaFileVariable)),
            config["default_tags"].IsUnknown ? Value.Unknown : Value.Object(config["default_tags"].Members));
    }

    private static Uri ParseEndpoint(string text)
    {
        bool isAddress = Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
            && uri is { Scheme: "http" or "https", Host: not "", UserInfo: "", Query: "", Fragment: "" };
        if (!isAddress)
            throw Wrong("endpoint", $"\"{text}\" is no address of an API: it must look like https://HOST:PORT.");
        return uri!.AbsolutePath.EndsWith('/') ? uri : new Uri(uri.AbsoluteUri + "/");
    }

    private static X509Certificate2Collection? ReadAuthorities(string? path)
    {
        if (path is null)
            return null;
        try
        {
            var read = new X509Certificate2Collection();
            read.ImportFromPemFile(path);
            return read.Count > 0 ? read : throw Wrong("ca_file", $"{path} holds no certificate in PEM.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Wrong("ca_file", $"{path} cannot be read: {e.Message}");
        }
    }

    private static FindingException Wrong(string field, string detail) =>
        new(new Finding("The provider cannot be configured", detail, FieldPath.Of(field)));
}
