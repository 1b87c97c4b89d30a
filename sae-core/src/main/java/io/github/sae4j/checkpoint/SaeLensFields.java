package io.github.sae4j.checkpoint;

import java.util.Set;

/**
 * The fields of SAELens' {@code cfg.json}, of all its versions up to 6.18: before version 6 it held
 * every training setting. In later versions, an unknown field is refused.
 */
final class SaeLensFields {
  static final Set<String> READ =
      names(
          """
          activation_fn activation_fn_kwargs activation_fn_str apply_b_dec_to_input
          architecture d_in d_out d_sae finetuning_scaling_factor hook_name hook_point k
          metadata model_name normalize_activations rescale_acts_by_decoder_norm
          reshape_activations
          """);

  /** Fields about training, the origin of rows, or the use of memory and time. */
  static final Set<String> HARMLESS =
      names(
          """
          act_store_device activation_save_path adam_beta1 adam_beta2 autocast autocast_dtype
          autocast_lm aux_loss_coefficient b_dec_init_method batches_in_buffer
          begin_batch_token begin_sequence_token buffer_size_gb cached_activations_path
          checkpoint_path coefficient_warm_up_steps column_name compile_llm compile_sae
          context_size data_dir data_files dataset_name dataset_num_rows dataset_path
          dataset_process_max_rows dataset_trust_remote_code dead_feature_estimation_method
          dead_feature_threshold dead_feature_window decay_steps decoder_heuristic_init
          decoder_heuristic_init_norm decoder_init_norm decoder_orthogonal_init device
          disable_concat_sequences dtype end_pos_offset eval_batch_size_prompts
          eval_every_n_wandb_logs exclude_bos_between_sequences exclude_special_tokens
          expansion_factor feature_reinit_scale feature_sampling_method
          feature_sampling_window final_hook_layer finetuning_method finetuning_tokens
          from_pretrained_path hf_dataset_path hf_is_private_repo hf_num_shards hf_repo_id
          hf_revision hook_head_index hook_head_index_out hook_layer hook_layer_out
          hook_layers hook_name_out hook_names hook_point_eval hook_point_head_index
          hook_point_layer include_final_checkpoint init_encoder_as_decoder_transpose
          is_dataset_tokenized jumprelu_bandwidth jumprelu_init_threshold
          jumprelu_sparsity_loss_mode jumprelu_tanh_scale l0_coefficient l0_lambda
          l0_warm_up_steps l1_coefficient l1_normalization_fn l1_warm_up_steps l1_warmup_steps
          llm_compilation_mode log_activations_store_to_wandb log_optimizer_state_to_wandb
          log_to_wandb logger lp_norm lr lr_decay_steps lr_end lr_scheduler_name
          lr_warm_up_steps matryoshka_widths model_batch_size model_class_name
          model_from_pretrained_kwargs model_kwargs mse_loss_normalization
          n_batches_for_norm_estimate n_batches_in_buffer n_checkpoints n_eval_batches
          n_eval_seqs n_restart_cycles n_shuffles_final n_shuffles_in_entire_dir
          n_shuffles_with_last_section neuronpedia_id new_cached_activations_path noise_scale
          normalize_sae_decoder num_proc output_path pre_act_loss_coefficient prepend_bos
          pretokenize_batch_size resample_batches resume resume_from_checkpoint rows_in_buffer
          run_name sae_class_name sae_compilation_mode sae_lens_training_version
          sae_lens_version save_final_checkpoint save_path
          scale_sparsity_penalty_by_decoder_norm seed seqpos_slice sequence_separator_token
          shuffle shuffle_every_n_buffers sparsity_coefficient start_pos_offset
          store_batch_size store_batch_size_prompts streaming tokenizer_name tokens_in_buffer
          tokens_per_buffer topk_threshold_lr total_training_samples total_training_steps
          total_training_tokens train_batch_size train_batch_size_samples
          train_batch_size_tokens training_tokens use_cached_activations use_ghost_grads
          use_sparse_activations verbose wandb_entity wandb_id wandb_log_frequency
          wandb_project warm_up_steps warmup_steps
          """);

  private SaeLensFields() {}

  private static Set<String> names(String text) {
    return Set.of(text.strip().split("\\s+"));
  }
}
