using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Hyperplane.Rpc;
using Hyperplane.Terraform.Api;
using Hyperplane.Terraform.Resources;
using Hyperplane.Terraform.Schemas;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Protocol;

/// <summary>Answers Terraform for a provider's resources: all that is the same for each of them.</summary>
internal sealed class ProviderService : IDisposable
{
    private readonly ResourceSchema _schema;
    private readonly Func<Value, ProviderSettings> _read;
    private readonly Dictionary<string, Resource> _resources;
    private readonly Dictionary<string, DataSource> _dataSources;
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _time = TimeProvider.System;
    private ApiClient? _api;
    private Value _defaultTags = Value.Null;

    /// <summary>Not configured yet.</summary>
    /// <param name="schema">Of the provider itself.</param>
    /// <param name="read">Reads its configuration.</param>
    /// <param name="resources">All its resources.</param>
    /// <param name="dataSources">All its data sources.</param>
    public ProviderService(
        ResourceSchema schema,
        Func<Value, ProviderSettings> read,
        IEnumerable<Resource> resources,
        IEnumerable<DataSource> dataSources)
    {
        _schema = schema;
        _read = read;
        _resources = resources.ToDictionary(one => one.TypeName, StringComparer.Ordinal);
        _dataSources = dataSources.ToDictionary(one => one.TypeName, StringComparer.Ordinal);
    }

    /// <summary>Adds its methods.</summary>
    public void AddTo(ServerServiceDefinition.Builder methods) => methods
        .AddMethod(ProviderMethods.GetSchema, Now<GetSchemaRequest, GetSchemaAnswer>(_ => GetSchema()))
        .AddMethod(ProviderMethods.ValidateProvider, Now<ValidateProviderRequest, ValidateProviderAnswer>(_ => new()))
        .AddMethod(ProviderMethods.ValidateResource, Now<ValidateRequest, DiagnosticsAnswer>(ValidateResource))
        .AddMethod(ProviderMethods.ValidateData, Now<ValidateRequest, DiagnosticsAnswer>(ValidateData))
        .AddMethod(ProviderMethods.Upgrade, Now<UpgradeRequest, UpgradeAnswer>(Upgrade))
        .AddMethod(ProviderMethods.Configure, Now<ConfigureRequest, DiagnosticsAnswer>(Configure))
        .AddMethod(ProviderMethods.Read, ReadAsync)
        .AddMethod(ProviderMethods.Plan, Now<PlanRequest, PlanAnswer>(Plan))
        .AddMethod(ProviderMethods.Apply, ApplyAsync)
        .AddMethod(ProviderMethods.Import, Now<ImportRequest, ImportAnswer>(Import))
        .AddMethod(ProviderMethods.ReadData, ReadDataAsync)
        .AddMethod(ProviderMethods.Stop, StopAsync);

    /// <inheritdoc/>
    public void Dispose()
    {
        _api?.Dispose();
        _stop.Dispose();
    }

    private GetSchemaAnswer GetSchema()
    {
        var answer = new GetSchemaAnswer
        {
            Provider = Wire.Of(_schema),
            ServerCapabilities = new ServerCapabilities { GetProviderSchemaOptional = true },
        };
        foreach (Resource one in _resources.Values)
            answer.ResourceSchemas[one.TypeName] = Wire.Of(one.Schema);
        foreach (DataSource one in _dataSources.Values)
            answer.DataSourceSchemas[one.TypeName] = Wire.Of(one.Schema);
        return answer;
    }

    private DiagnosticsAnswer ValidateResource(ValidateRequest request)
    {
        Resource resource = Find(request.TypeName);
        Value config = Wire.Read(request.Config, resource.Schema.Type);
        return Told(Validator.Judge(resource.Schema.Fields, config).Concat(resource.Judge(config)));
    }

    private DiagnosticsAnswer ValidateData(ValidateRequest request)
    {
        DataSource source = _dataSources[request.TypeName];
        Value config = Wire.Read(request.Config, source.Schema.Type);
        return Told(Validator.Judge(source.Schema.Fields, config).Concat(source.Judge(config)));
    }

    private UpgradeAnswer Upgrade(UpgradeRequest request)
    {
        Resource resource = Find(request.TypeName);
        var answer = new UpgradeAnswer();
        try
        {
            ReadOnlyMemory<byte> json = request.RawState.Json.Memory;
            if (request.Version < resource.Schema.Version && JsonNode.Parse(json.Span) is JsonObject old)
                json = JsonSerializer.SerializeToUtf8Bytes(
                    resource.Upgrade(request.Version, old), NodeJson.Default.JsonNode);
            answer.UpgradedState = Wire.Of(ValueCodec.DecodeJson(json, resource.Schema.Type), resource.Schema.Type);
        }
        catch (Exception e) when (e is ValueException or JsonException)
        {
            answer.Diagnostics.Add(Wire.Of(new Finding("The state cannot be read", e.Message)));
        }

        return answer;
    }

    private DiagnosticsAnswer Configure(ConfigureRequest request)
    {
        try
        {
            ProviderSettings settings = _read(Wire.Read(request.Config, _schema.Type));
            _api?.Dispose();
            _api = new ApiClient(settings, _time);
            _defaultTags = settings.DefaultTags;
            return new DiagnosticsAnswer();
        }
        catch (FindingException e)
        {
            return Told([e.Finding]);
        }
    }

    private async Task<ReadAnswer> ReadAsync(ReadRequest request, ServerCallContext context)
    {
        Resource resource = Find(request.TypeName);
        var answer = new ReadAnswer { NewState = request.CurrentState, Private = request.Private };
        answer.Diagnostics.AddRange(await RunAsync(resource.Schema, context, async call =>
        {
            Value state = Wire.Read(request.CurrentState, resource.Schema.Type);
            answer.NewState = Wire.Of(await resource.ReadAsync(call, state) ?? Value.Null, resource.Schema.Type);
        }));
        return answer;
    }

    private PlanAnswer Plan(PlanRequest request)
    {
        Resource resource = Find(request.TypeName);
        ResourceSchema schema = resource.Schema;
        Value config = Wire.Read(request.Config, schema.Type);
        Value prior = Wire.Read(request.PriorState, schema.Type);
        var answer = new PlanAnswer { PlannedPrivate = request.PriorPrivate };
        if (Wire.Read(request.ProposedNewState, schema.Type).IsNull)
        {
            answer.PlannedState = request.ProposedNewState;
            return answer;
        }

        Value planned = resource.Plan(config, prior, Planner.Plan(schema.Fields, config, prior), _defaultTags);
        if (!prior.IsNull && !planned.Equals(prior))
        {
            planned = Planner.Unsettle(schema.Fields, planned);
            answer.RequiresReplace.AddRange(
                Planner.Replacing(schema.Fields, config, planned, prior).Select(Wire.Of));
        }

        answer.PlannedState = Wire.Of(planned, schema.Type);
        return answer;
    }

    private async Task<ApplyAnswer> ApplyAsync(ApplyRequest request, ServerCallContext context)
    {
        Resource resource = Find(request.TypeName);
        AttributeType type = resource.Schema.Type;
        Value prior = Wire.Read(request.PriorState, type);
        Value planned = Wire.Read(request.PlannedState, type);
        var answer = new ApplyAnswer { NewState = request.PriorState, Private = request.PlannedPrivate };
        answer.Diagnostics.AddRange(await RunAsync(resource.Schema, context, async call =>
        {
            try
            {
                if (planned.IsNull)
                    await resource.DeleteAsync(call, prior);
                else if (prior.IsNull)
                    call.Kept = await resource.CreateAsync(call, planned);
                else
                    call.Kept = await resource.UpdateAsync(call, prior, planned);
                if (planned.IsNull)
                    call.Kept = Value.Null;
            }
            finally
            {
                if (call.Kept is { } kept)
                    answer.NewState = Wire.Of(kept, type);
            }
        }));
        return answer;
    }

    private ImportAnswer Import(ImportRequest request)
    {
        Resource resource = Find(request.TypeName);
        var answer = new ImportAnswer();
        try
        {
            answer.ImportedResources.Add(new ImportAnswer.Types.Imported
            {
                TypeName = request.TypeName,
                State = Wire.Of(resource.Import(request.Id), resource.Schema.Type),
            });
        }
        catch (FindingException e)
        {
            answer.Diagnostics.Add(Wire.Of(e.Finding));
        }

        return answer;
    }

    private async Task<ReadDataAnswer> ReadDataAsync(ReadDataRequest request, ServerCallContext context)
    {
        DataSource source = _dataSources[request.TypeName];
        var answer = new ReadDataAnswer();
        answer.Diagnostics.AddRange(await RunAsync(source.Schema, context, async call =>
        {
            Value config = Wire.Read(request.Config, source.Schema.Type);
            answer.State = Wire.Of(await source.ReadAsync(call, config), source.Schema.Type);
        }));
        return answer;
    }

    private async Task<StopAnswer> StopAsync(StopRequest request, ServerCallContext context)
    {
        await _stop.CancelAsync();
        return new StopAnswer();
    }

    /// <summary>Runs what asks the API; what goes wrong is told.</summary>
    private async Task<IReadOnlyList<Diagnostic>> RunAsync(
        ResourceSchema schema, ServerCallContext context, Func<ResourceCall, Task> run)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, _stop.Token);
        try
        {
            if (_api is null)
                return [Wire.Of(new Finding("Not configured", "Terraform did not configure the provider."))];
            await run(new ResourceCall(_api, _defaultTags, _time, cancel.Token));
            return [];
        }
        catch (FindingException e)
        {
            return [Wire.Of(e.Finding)];
        }
        catch (ApiException e)
        {
            return [.. Refusals.Describe(e, schema).Select(Wire.Of)];
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return [Wire.Of(new Finding("Interrupted", "Terraform asked to stop; what was begun may go on."))];
        }
    }

    private static UnaryServerMethod<TRequest, TAnswer> Now<TRequest, TAnswer>(Func<TRequest, TAnswer> answer) =>
        (request, _) => Task.FromResult(answer(request));

    private Resource Find(string typeName) => _resources.GetValueOrDefault(typeName)
        ?? throw new RpcException(new Status(StatusCode.NotFound, $"there is no resource {typeName}"));

    private static DiagnosticsAnswer Told(IEnumerable<Finding> findings)
    {
        var answer = new DiagnosticsAnswer();
        answer.Diagnostics.AddRange(findings.Select(Wire.Of));
        return answer;
    }
}
