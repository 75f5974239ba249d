using System.Text.Json;
using System.Text.Json.Nodes;
using Hyperplane.Terraform.Api;
using Hyperplane.Terraform.Schemas;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Resources;

/// <summary>A resource that is one resource of the API: POST, GET, PATCH and DELETE, and the wait after each.</summary>
internal abstract class ApiResource : Resource
{
    /// <summary>What a person calls one of its kind.</summary>
    public abstract string Noun { get; }

    /// <summary>Whether changes take a while and are waited for.</summary>
    protected virtual bool IsAwaited => false;

    /// <summary>Whether GET holds its answer with <c>?wait=</c>.</summary>
    protected virtual bool IsHeld => false;

    /// <summary>Where ones like it are listed and created.</summary>
    public abstract string Collection(Value known);

    /// <summary>The state that an answer shows.</summary>
    /// <param name="json">The resource.</param>
    /// <param name="known">The state or plan so far, for what no answer tells.</param>
    /// <param name="defaultTags">The provider's.</param>
    public abstract Value Show(JsonElement json, Value known, Value defaultTags);

    /// <inheritdoc/>
    public override async Task<Value?> ReadAsync(ResourceCall call, Value state)
    {
        JsonElement? found = await call.Api.FindAsync(Path(state), call.Cancel);
        return found is { } json && !Wait.IsGoing(json) ? Show(json, state, call.DefaultTags) : null;
    }

    /// <inheritdoc/>
    public override async Task<Value> CreateAsync(ResourceCall call, Value planned)
    {
        ApiAnswer answer = await call.Api.ChangeAsync(
            HttpMethod.Post, Collection(planned), CreateBody(planned), call.Cancel);
        // 201 and 202 are new; 200 is one that was there before, just as it is wanted.
        if (answer is { Status: 200, IsReplayed: false })
            throw AlreadyThere(answer.Json);
        return await SettleAsync(call, answer.Json, planned, "create");
    }

    /// <inheritdoc/>
    public override async Task<Value> UpdateAsync(ResourceCall call, Value prior, Value planned)
    {
        JsonObject body = ChangeBody(prior, planned);
        JsonElement now;
        if (body.Count > 0)
            now = (await call.Api.ChangeAsync(HttpMethod.Patch, Path(prior), body, call.Cancel)).Json;
        else
            now = await call.Api.FindAsync(Path(prior), call.Cancel)
                ?? throw new FindingException(new Finding("It is gone", $"The {Noun} was deleted meanwhile."));
        return await SettleAsync(call, now, planned, "update");
    }

    /// <inheritdoc/>
    public override async Task DeleteAsync(ResourceCall call, Value state)
    {
        try
        {
            ApiAnswer answer = await call.Api.ChangeAsync(HttpMethod.Delete, Path(state), body: null, call.Cancel);
            if (IsAwaited && answer.Status == 202)
                await Wait.UntilGoneAsync(call, Noun, Path(state), IsHeld, Timeouts.Of(state, "delete"));
        }
        catch (ApiException e) when (e.Answer is { Status: 404, Code: "not_found" })
        {
            // Somebody else was faster.
        }
        catch (ApiException e) when (e.Answer?.Code == "deletion_protected")
        {
            throw new FindingException(new Finding(
                "Deletion protection is on",
                $"The {Noun} {state["name"].AsText} ({state["id"].AsText}) is not deleted while deletion_protection is "
                + "true. Set it to false, apply that, and then delete.",
                FieldPath.Of("deletion_protection")));
        }
    }

    /// <inheritdoc/>
    public override Value Import(string id) => Value.Object([KeyValuePair.Create("id", Value.Text(id))]);

    /// <summary>Where it is.</summary>
    protected virtual string Path(Value state) => $"{Collection(state)}/{Uri.EscapeDataString(state["id"].AsText!)}";

    /// <summary>The body of the POST.</summary>
    protected abstract JsonObject CreateBody(Value planned);

    /// <summary>The body of the PATCH, what differs; empty when nothing does that the API knows of.</summary>
    protected abstract JsonObject ChangeBody(Value prior, Value planned);

    /// <summary>The members of a body that differ.</summary>
    /// <param name="prior">What there is.</param>
    /// <param name="planned">What there shall be.</param>
    /// <param name="fields">Plain fields, each with the body's member.</param>
    protected static JsonObject Differences(
        Value prior, Value planned, params ReadOnlySpan<(string Field, string Member)> fields)
    {
        var body = new JsonObject();
        foreach ((string field, string member) in fields)
        {
            if (!planned[field].Equals(prior[field]))
                body[member] = Bodies.Of(planned[field]);
        }

        return body;
    }

    private async Task<Value> SettleAsync(ResourceCall call, JsonElement first, Value planned, string operation)
    {
        call.Kept = Show(first, planned, call.DefaultTags);
        if (!IsAwaited)
            return call.Kept;
        JsonElement active = await Wait.UntilActiveAsync(
            call, Noun, Path(call.Kept), IsHeld, first, Timeouts.Of(planned, operation));
        return Show(active, planned, call.DefaultTags);
    }

    private FindingException AlreadyThere(JsonElement json)
    {
        string id = json.GetProperty("id").GetString()!;
        return new FindingException(new Finding(
            "It is there already",
            $"A {Noun} with this name and these settings exists: {id}. To manage it here run "
            + $"\"terraform import {TypeName}.NAME {id}\", or choose another name."));
    }
}
