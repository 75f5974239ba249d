using Hyperplane.Terraform.Schemas;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Resources;

/// <summary>One type of data source.</summary>
internal abstract class DataSource
{
    /// <summary>As in the configuration.</summary>
    public abstract string TypeName { get; }

    /// <summary>Its fields.</summary>
    public abstract ResourceSchema Schema { get; }

    /// <summary>What is wrong with a configuration beyond its fields' own rules; parts may be unknown.</summary>
    public virtual IEnumerable<Finding> Judge(Value config) => [];

    /// <summary>Reads it.</summary>
    public abstract Task<Value> ReadAsync(ResourceCall call, Value config);
}
