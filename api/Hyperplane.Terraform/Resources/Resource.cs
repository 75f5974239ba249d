using System.Text.Json.Nodes;
using Hyperplane.Terraform.Schemas;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Resources;

/// <summary>One type of resource: what it says and how it comes about. Throws <see cref="FindingException"/> or
/// <see cref="Api.ApiException"/> where it fails.</summary>
internal abstract class Resource
{
    /// <summary>As in the configuration.</summary>
    public abstract string TypeName { get; }

    /// <summary>Its fields.</summary>
    public abstract ResourceSchema Schema { get; }

    /// <summary>What is wrong with a configuration beyond its fields' own rules; parts may be unknown.</summary>
    public virtual IEnumerable<Finding> Judge(Value config) => [];

    /// <summary>Improves a plan, by what a schema cannot say.</summary>
    /// <param name="config">What is said.</param>
    /// <param name="prior">What there is; null for nothing.</param>
    /// <param name="planned">By the schema alone.</param>
    /// <param name="defaultTags">On everything that has tags.</param>
    public virtual Value Plan(Value config, Value prior, Value planned, Value defaultTags) => planned;

    /// <summary>What there is; null when it is gone.</summary>
    public abstract Task<Value?> ReadAsync(ResourceCall call, Value state);

    /// <summary>Makes it; keeps what is there in <see cref="ResourceCall.Kept"/> as soon as it is.</summary>
    public abstract Task<Value> CreateAsync(ResourceCall call, Value planned);

    /// <summary>Changes it.</summary>
    public abstract Task<Value> UpdateAsync(ResourceCall call, Value prior, Value planned);

    /// <summary>Removes it; one that is gone is no failure.</summary>
    public abstract Task DeleteAsync(ResourceCall call, Value state);

    /// <summary>What is known of one by what a person calls it; it is read next.</summary>
    public abstract Value Import(string id);

    /// <summary>Turns an older version's state into this one's.</summary>
    public virtual JsonObject Upgrade(long version, JsonObject state) => state;
}
