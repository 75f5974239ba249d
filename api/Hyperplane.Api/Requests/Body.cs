using System.Reflection;
using System.Text.Json;
using Hyperplane.Api.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Hyperplane.Api.Requests;

/// <summary>A request's body: read, checked whole, and either usable or a problem.</summary>
/// <typeparam name="T">What the body must be.</typeparam>
internal sealed class Body<T> : IRefusable, IEndpointParameterMetadataProvider
    where T : class, IRequestBody
{
    private readonly T? _value;

    private Body(T? value, Problem? problem)
    {
        _value = value;
        Problem = problem;
    }

    /// <inheritdoc/>
    public Problem? Problem { get; }

    /// <summary>The body; only endpoints behind <see cref="RefusalFilter"/> may ask.</summary>
    public T Value => _value ?? throw new InvalidOperationException("the body was refused");

    /// <summary>Reads the body of a request; called by the framework.</summary>
    public static async ValueTask<Body<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        (byte[]? bytes, Problem? problem) = await BodyBytes.ReadAsync(context.Request, context.RequestAborted);
        if (bytes is null)
            return new Body<T>(null, problem);

        JsonSerializerOptions json =
            context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        return Parse(bytes, json);
    }

    /// <summary>Any bytes: a usable body or a problem, never an exception.</summary>
    public static Body<T> Parse(byte[] bytes, JsonSerializerOptions json)
    {
        using JsonDocument? document = JsonText.Parse(bytes, out Problem? problem);
        if (document is null)
            return new Body<T>(null, problem);

        var findings = new Findings();
        var value = (T?)new BodyReader(json, findings).Read(document.RootElement, typeof(T), "");
        value?.Check(findings);
        return findings.None ? new Body<T>(value, null) : new Body<T>(null, findings.ToProblem());
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T)));
}
