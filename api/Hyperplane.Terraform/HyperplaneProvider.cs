using Hyperplane.Client;
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
        string? file = Said("ca_file", CaFileVariable);
        return new ProviderSettings(
            new ApiAccess(
                Parsed("endpoint", () => ApiAccess.ParseEndpoint(endpoint)),
                Parsed("api_key", () => ApiAccess.ParseKey(key)),
                file is null ? null : Parsed("ca_file", () => ApiAccess.ReadAuthorities(file)),
                $"terraform-provider-hyperplane/{Version}"),
            config["default_tags"].IsUnknown ? Value.Unknown : Value.Object(config["default_tags"].Members));
    }

    private static T Parsed<T>(string field, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (FormatException wrong)
        {
            throw Wrong(field, $"{char.ToUpperInvariant(wrong.Message[0])}{wrong.Message[1..]}.");
        }
    }

    private static FindingException Wrong(string field, string detail) =>
        new(new Finding("The provider cannot be configured", detail, FieldPath.Of(field)));
}
